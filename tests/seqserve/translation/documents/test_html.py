from __future__ import annotations

import pytest

from seqserve.translation.documents.html import Markup

PAGE = """<!DOCTYPE html>
<html><head><title>Hello</title><script>if (a<b) "x"</script><style>p > a {}</style></head>
<body class="a">
 <p>I like <b id=x>milk</b> &amp; tea.<br/>Run <code>ls &lt;a></code> now.</p>
 <P translate="no">Keep <i>me</i></P> <pre>as  it
 is</pre><!-- note --><span class='notranslate'>Acme</span> sells. <input disabled value=3>
</body></html>
"""


@pytest.mark.parametrize(
    "source",
    [
        PAGE,
        "plain",
        "<div><p>unclosed <i>x",
        "</b>a</i>",
        "<b>",
        "<code>",
        "X_0x <code>q</code>",
        "<x id='6'></x>, hi",
        "  ",
    ],
)
def test_what_is_not_translated_comes_back_as_it_was(source: str) -> None:
    markup = Markup(source)
    assert markup.restored(markup.text) == (source, 0)


def test_the_translator_sees_words_and_no_code_styles_or_comments() -> None:
    text = Markup(PAGE).text
    assert "I like <b" in text
    assert "& tea." in text
    assert not [
        hidden for hidden in ("ls &", "Keep", "as  it", "note", "if (a", "p > a", "Acme", "id=x") if hidden in text
    ]


def test_attributes_that_people_read_are_translated_and_only_these() -> None:
    source = "<img alt='A cat' src=\"cat.png\" data-x=\"title='b'\"><a href=/x title=House>it</a>"
    markup = Markup(source)
    assert markup.restored(markup.text.upper().replace("HR", "hr")).text == (
        '<img alt="A CAT" src="cat.png" data-x="title=\'b\'"><a href=/x title="HOUSE">IT</a>'
    )
    head = "<meta name=description content='A page'><meta property=og:title content=Cats><meta name=robots content=all>"
    form = "<input type=submit value=Send><input value=Anna>"
    markup = Markup(head + form)
    assert markup.restored(markup.text.upper().replace("HR", "hr").replace("BR", "br")).text == (
        '<meta name=description content="A PAGE"><meta property=og:title content="CATS"><meta name=robots content=all>'
        '<input type=submit value="SEND"><input value=Anna>'
    )


def test_signs_are_escaped_once() -> None:
    markup = Markup("<p>AT&amp;T &eacute; &lt;b&gt; &amp;lt; 1 < 2</p>")
    assert markup.restored(markup.text).text == "<p>AT&amp;T é &lt;b&gt; &amp;lt; 1 &lt; 2</p>"


def test_white_space_within_a_sentence_is_no_end_of_it() -> None:
    markup = Markup("<p>\n  I like\n  milk.\n</p>")
    assert "I like milk." in markup.text
    assert markup.restored(markup.text).text == "<p>\n  I like milk.\n</p>"


def test_a_tag_that_a_translation_lost_is_set_at_its_end_and_counted() -> None:
    assert Markup("I <img src=a> see").restored("Je vois") == ("Je vois<img src=a>", 1)


@pytest.mark.parametrize(
    "source", ["<" * 2_000, "<b " * 2_000, "&" * 2_000, "<b>" * 2_000, "<p title='" * 500, "<!--" * 500]
)
def test_malformed_html_survives(source: str) -> None:
    markup = Markup(source)
    assert markup.restored(markup.text).lost == 0
