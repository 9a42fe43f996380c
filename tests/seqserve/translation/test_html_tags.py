from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqserve.translation import html_tags

pieces = st.lists(st.sampled_from(["<b>", "</b>", "<i x='z'>", "</I>", "<br/>", "a", " ", "<", ">", "1"]), max_size=20)


@given(parts=pieces)
def test_nothing_is_lost_of_a_sentence(parts: list[str]) -> None:
    sentence = "".join(parts)
    text, before, behind = html_tags.unwrapped(sentence)
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
        ("<img> a <br/>", ("<img> a <br/>", "", "")),
        ("<b>a</b> c <i>d</i>", ("a c d", "<b><i>", "</i></b>")),
    ],
)
def test_tags_around_words(sentence: str, expected: tuple[str, str, str]) -> None:
    assert html_tags.unwrapped(sentence) == expected


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
