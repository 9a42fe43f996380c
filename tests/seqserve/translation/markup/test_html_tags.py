from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqserve.translation.markup import html_tags

pieces = st.lists(st.sampled_from(["<b>", "</b>", "<i x='z'>", "</I>", "<br/>", "a", " ", "<", ">", "1"]), max_size=20)


def unwrapped(sentence: str) -> tuple[str, str, str]:
    """The words, all opening tags and all closing ones."""
    plain, tags = html_tags.unwrapped(sentence)
    assert all(plain[tag.span.start : tag.span.end] == tag.words for tag in tags)
    return plain, "".join(tag.opening for tag in tags), "".join(tag.closing for tag in reversed(tags))


@given(parts=pieces)
def test_nothing_is_lost_of_a_sentence(parts: list[str]) -> None:
    sentence = "".join(parts)
    text, before, behind = unwrapped(sentence)
    assert sorted(text + before + behind) == sorted(sentence)
    assert before.count("<") == behind.count("</")
    assert [sign for sign in text if sign in "a1"] == [sign for sign in sentence if sign in "a1"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("a", ("a", "", "")),
        ("a <b>c</b>.", ("a c.", "<b>", "</b>")),
        ("<a href='x>y'>c</a>", ("y'>c", "<a href='x>", "</a>")),  # no HTML either
        ("<b>1</b>", ("<b>1</b>", "", "")),
        ("<b><i>a</i></b>", ("a", "<b><i>", "</i></b>")),
        ("a</b> <b>c", ("a</b> <b>c", "", "")),
        ("<b>a <b>c</b>", ("<b>a c", "<b>", "</b>")),
        ("<0>a</0> c", ("a c", "<0>", "</0>")),  # of a template
        ("<img> a <br/>", ("<img> a <br/>", "", "")),
        ("<b>a</b> c <i>d</i>", ("a c d", "<b><i>", "</i></b>")),
    ],
)
def test_tags_around_words(sentence: str, expected: tuple[str, str, str]) -> None:
    assert unwrapped(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Read the [guide](http://a.b/c(d)) first.", ("Read the guide first.", "[", "](http://a.b/c(d))")),
        ('A [guide](a.md "Title: it").', ("A guide.", "[", '](a.md "Title: it")')),
        ("![A cat](cat.png)", ("A cat", "![", "](cat.png)")),
        ("**Important:** read *this*.", ("Important: read this.", "***", "***")),
        ("It is _really_ __good__.", ("It is really good.", "___", "___")),
        ("**bold _both_** ~~gone~~", ("bold both gone", "**_~~", "~~_**")),
        ("[**bold**](x)", ("bold", "[**", "**](x)")),
        ("2 * 3 * 4, 5*6*7, a_b_c, * a *, _1_", ("2 * 3 * 4, 5*6*7, a_b_c, * a *, _1_", "", "")),
        ("[1] and [x] (y)", ("[1] and [x] (y)", "", "")),
        ("**open and [open](", ("**open and [open](", "", "")),
    ],
)
def test_marks_of_markdown_around_words(sentence: str, expected: tuple[str, str, str]) -> None:
    assert unwrapped(sentence) == expected


def test_the_words_between_tags_are_told_without_the_tags_in_them() -> None:
    plain, tags = html_tags.unwrapped("I <b>like <i>cold</i></b> <u>milk</u>.")
    assert plain == "I like cold milk."
    assert [(tag.opening, tag.words) for tag in tags] == [("<b>", "like cold"), ("<i>", "cold"), ("<u>", "milk")]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It&#39;s &quot;&eacute;t&#xE9;&quot;", 'It\'s "été"'),
        ("&amp; &lt;b&gt; &hellip; &nosuch;", "&amp; &lt;b&gt; &hellip; &nosuch;"),
        ("a&nbsp;b&#32;c&thinsp;&#10;d", "a b c  d"),
    ],
)
def test_entities_of_letters_and_quotes_are_spelled(sentence: str, expected: str) -> None:
    assert html_tags.spelled(sentence) == expected
