from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqserve.translation.sentences import splitter

MARKS = [
    ". ",
    "! ",
    "? ",
    "…",
    "\n",
    "\r\n",
    "\t",
    " ",
    "<p>",
    "</p>",
    "<br/>",
    "<b>",
    "</b>",
    "<!-- a. b -->",
    "<",
    ">",
]
WORDS = [
    "Yes",
    "no",
    "M",
    "Mr",
    "U.S.",
    "3.5",
    "http://x.org/a.b",
    "“",
    "”",
    '"',
    "(",
    ")",
    "-",
    "•",
    "&amp;",
    "😀",
    "你好。",
]
texts = st.lists(st.sampled_from(MARKS + WORDS) | st.text(max_size=3), max_size=60).map("".join)


def found(text: str, language: str = "en") -> list[str]:
    """The sentences of a text, which can be joined again."""
    split = splitter.split(splitter.segment(text, language))
    assert split.joined(split.sentences) == text
    return split.sentences


@pytest.mark.parametrize(
    "code",
    [
        "`a. B c... d`",
        "`cat x | grep y`",
        "<code>Is it? Yes.</code>",
        "<kbd>Ctrl</kbd>+<kbd>C</kbd>",
        "{{ user.name | upper }}",
        "<%= a. B %>",
        "&lt;name&gt;",
        '<i translate="no">Mr. X. Y!</i>',
    ],
)
@pytest.mark.parametrize("frame", ["See {} now.", "{} is here.", "This is {}", "(See {})", "1. See {} - now."])
def test_code_is_in_one_sentence(code: str, frame: str) -> None:
    assert [sentence for sentence in found(frame.format(code)) if code in sentence]


def test_one_does_not_hesitate_within_code() -> None:
    assert splitter.hesitations("Wait... go `a... b`") == ["Wait... ", "go `a... b`"]
    assert splitter.hesitations("`a... b`") == ["`a... b`"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t ", []),
        ("\x00\u200b", []),
        ("I like milk.", ["I like milk."]),
        ("I like milk. You don't!  Why?", ["I like milk.", "You don't!", "Why?"]),
        (" I like\u00a0milk . ", ["I like\u00a0milk ."]),
        (
            "Mr. Smith lives in the U.S. today. Dr. No does not.",
            ["Mr. Smith lives in the U.S. today.", "Dr. No does not."],
        ),
        ("Run ./run.sh or ../a/b.so. Edit .env now.", ["Run ./run.sh or ../a/b.so.", "Edit .env now."]),
        ("Apple Inc. bought it. I like Apple Inc. You?", ["Apple Inc. bought it.", "I like Apple Inc.", "You?"]),
        ("He left at 5 p.m. yesterday.", ["He left at 5 p.m. yesterday."]),
        ("It is est. 1990. Smith et al. 2020.", ["It is est. 1990.", "Smith et al. 2020."]),
        ("-I like it.", ["I like it."]),
        ("-R, --recursive", ["-R, --recursive"]),
        ("Q: Who is it? A: A friend.", ["Who is it?", "A friend."]),
        ("It costs $3.50 at www.example.com. Really?", ["It costs $3.50 at www.example.com.", "Really?"]),
        ('He said: "I am. You are." So?', ['He said: "I am. You are."', "So?"]),
        ("See there (p. 5. Then 6) or go. Yes.)", ["See there (p. 5. Then 6) or go.", "Yes."]),
        ("Yes.Then go.", ["Yes.", "Then go."]),
        ("Wait... what? Yes… no.", ["Wait... what?", "Yes… no."]),
        ("one\ntwo\r\n\r\nthree\u2028four\tfive", ["one", "two", "three", "four", "five"]),
        ("- Hello.\n* Bye.\n\u2014 You?\n> Me\n## Title", ["Hello.", "Bye.", "You?", "Me", "Title"]),
        ("1. First. 2. Second.", ["1.", "First.", "2.", "Second."]),
        ("-5 degrees", ["-5 degrees"]),
        ("你好。我是人。", ["你好。", "我是人。"]),
        ("Hi! 😀", ["Hi!"]),
        ("😀 Hi 👩‍👧 there 👍🏽", ["Hi 👩‍👧 there"]),
        (
            "(1) One.\n2) Two.\nb) Three.\n[x] Four.\n[ ] Five.\n1.2. Six.",
            ["One.", "Two.", "Three.", "Four.", "Five.", "Six."],
        ),
        ("I) am (a) bracket", ["am (a) bracket"]),
    ],
)
def test_english(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bonjour ! Ça va ? Oui : bien.", ["Bonjour !", "Ça va ?", "Oui : bien."]),
        ("Je vois M. Dupont et Mme. Durand. Il va.", ["Je vois M. Dupont et Mme. Durand.", "Il va."]),
        ("« Oui. » Il part.", ["« Oui. »", "Il part."]),
    ],
)
def test_french(text: str, expected: list[str]) -> None:
    assert found(text, "fr") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<h1>Title</h1><p>One. Two</p>", ["Title", "One.", "Two"]),
        ("<p>One.</p> <P class='x'>Two.</P>", ["One.", "Two."]),
        ("a<br>b<br/>c", ["a", "b", "c"]),
        ("<b>One.</b> Two <i>three</i> four.", ["One.", "Two <i>three</i> four."]),
        ("a <!-- No. Comment. --> b", ["a", "b"]),
        ("<b>One</b> two <i>three</i>", ["<b>One</b> two <i>three</i>"]),
        ("<b><i>One</i></b> two.", ["<b><i>One</i></b> two."]),
        ("<b><i>One two.</i></b>", ["One two."]),
        ("<b>One. Two</b> three.", ["One.", "Two</b> three."]),
        ("&quot;One&quot; two &eacute;", ["&quot;One&quot; two &eacute;"]),
        ("&Eacute;t&eacute;", ["&Eacute;t&eacute;"]),
        ("&quot;One.&quot; Two.", ["&quot;One.&quot;", "Two."]),
        ("&ldquo;One.&rdquo; Two.", ["&ldquo;One.&rdquo;", "Two."]),
        ("&nbsp;One &amp; two.&nbsp;", ["One &amp; two."]),
        ("One < two. Three.", ["One < two.", "Three."]),
        ("<br/>", []),
        ("[(One. Two.)]", ["One. Two."]),
        ("( One (or two) )", ["One (or two)"]),
        ("(One) or (two)", ["(One) or (two)"]),
        ("f(x)", ["f(x)"]),
        ("One :)", ["One"]),
        ("One ;-)\u200e", ["One"]),
        ("\u2068One\u2069", ["One"]),
        ("(" * 5000, []),
    ],
)
def test_tags_around_a_sentence_are_no_part_of_it(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@settings(deadline=None)
@given(text=texts, language=st.sampled_from(["en", "fr", "zh", "", "nowhere"]))
def test_nothing_is_lost(text: str, language: str) -> None:
    pieces = splitter.segment(text, language)
    assert "".join(pieces) == text
    split = splitter.split(pieces)
    assert split.joined(split.sentences) == text
    assert len(split.between) == len(split.sentences) + 1
    assert all(sentence == sentence.strip() != "" for sentence in split.sentences)


def test_answers_stand_where_sentences_stood() -> None:
    split = splitter.split(splitter.segment(" One.\n\n<p>Two.  Three.</p>", "en"))
    assert split.joined(["1", "2", "3"]) == " 1\n\n<p>2  3</p>"


def test_a_sentence_across_the_window_stays_whole() -> None:
    text = " ".join(f"This is sentence number {number} of a paragraph." for number in range(1000))
    assert found(text) == [f"This is sentence number {number} of a paragraph." for number in range(1000)]


def test_a_sentence_longer_than_the_window_is_cut_at_a_space() -> None:
    assert found("word " * 2000) == ["word " * 818 + "word"] * 2 + ["word " * 361 + "word"]


SIGNS = (
    "a| |\n|\u200b|(|\"|'|“|.|!|-|<|<a|<p>|</b>|<!--|&|&a|a.a.|a. |M. |Mr. |“a. |(a. |[a] |. )|- |😀.|你好。|a@|\u0301"
)


@pytest.mark.slow
def test_many_smiles_are_divided_without_end() -> None:
    text = "Aa :) " * 5_000
    assert splitter.hesitations(text) == ["Aa :) "] * 5_000


@pytest.mark.parametrize("sign", SIGNS.split("|"))
def test_100_000_characters_of_anything(sign: str) -> None:
    text = (sign * 100_000)[:100_000]
    pieces = splitter.segment(text, "en")
    assert "".join(pieces) == text
    split = splitter.split(pieces)
    assert split.joined(split.sentences) == text
    parts = [part for piece in pieces for part in splitter.divide(piece, lambda part: len(part) <= 100)]
    assert "".join(parts) == text


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("aa bb, cc; dd ee, ff", ["aa bb, cc; ", "dd ee, ff"]),
        ("aa bb: cc dd, ee", ["aa bb: ", "cc dd, ee"]),
        ("aa bb 12:30 cc dd", ["aa bb ", "12:30 cc dd"]),
        ("aa bb - cc dd ee", ["aa bb - ", "cc dd ee"]),
        ("aa bb\u2014cc dd ee", ["aa bb\u2014", "cc dd ee"]),
        ("aa bb cc, d e f", ["aa bb cc, ", "d e f"]),
        ("aaa bbb ccc ddd", ["aaa bbb ", "ccc ddd"]),
        ("a, bbb ccc ddd eee", ["a, bbb ", "ccc ddd eee"]),
        ("a http://example.org", ["a ", "http://ex", "ample.org"]),
        ("aaaaaaaaaaaaaa", ["aaaaaaa", "aaaaaaa"]),
    ],
)
def test_a_sentence_is_divided_at_the_best_place(sentence: str, expected: list[str]) -> None:
    assert splitter.divide(sentence, lambda part: len(part) <= 12) == expected


def test_what_fits_is_not_divided() -> None:
    assert splitter.divide("one; two", lambda part: True) == ["one; two"]


def test_a_tag_is_not_divided() -> None:
    sentence = 'one two <a href="x, y; z"> three four'
    parts = splitter.divide(sentence, lambda part: "one" not in part or "four" not in part)
    assert parts == ['one two <a href="x, y; z"> ', "three four"]


@settings(deadline=None)
@given(text=texts)
def test_parts_fit_and_lose_nothing(text: str) -> None:
    parts = splitter.divide(text, lambda part: len(part) <= 7)
    assert "".join(parts) == text
    assert all(len(part) <= 7 for part in parts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Read this.\n```\na = 1\n\nHere.\n```\nAnd this.", ["Read this.", "And this."]),
        ("Use ``` here.\nAnd there.", ["Use ``` here.", "And there."]),
    ],
)
def test_code_is_left_out(text: str, expected: list[str]) -> None:
    pieces = splitter.segment(text, "en")
    assert "".join(pieces) == text
    found = splitter.split(pieces)
    assert found.sentences == expected
    assert found.joined(found.sentences) == text


def test_a_sentence_goes_on_behind_a_month() -> None:
    text = "A reunião é em 5 de jan. às 10h. Venha!"
    assert [piece.strip() for piece in splitter.segment(text, "pt")] == [text[:-7].strip(), "Venha!"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| Name | Price |\n| --- | ---: |\n| Apple | 3 |", ["Name", "Price", "Apple", "3"]),
        ("{{#if user}}Hello {{user.name}}{{/if}}", ["Hello {{user.name}}"]),
        ("{% if a %}Yes{% else %}No{% endif %}", ["Yes", "No"]),
        ("either|or", ["either|or"]),
        ("I am sad :| today.", ["I am sad :| today."]),
    ],
)
def test_cells_of_tables_and_blocks_of_templates_are_texts_of_their_own(text: str, expected: list[str]) -> None:
    split = splitter.split(splitter.segment(text, "en"))
    assert [sentence for sentence in split.sentences if any(map(str.isalnum, sentence))] != []
    words = [sentence for sentence in split.sentences if not sentence.startswith(("|", "-", "{{#", "{{/", "{%"))]
    assert words == expected
    assert split.joined(split.sentences) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Note: the disk is full", ["Note: ", "the disk is full"]),
        ("- **Note**: read this.", ["- **Note**: ", "read this."]),
        ("<b>Note :</b> <i>stop</i>", ["<b>Note :</b> ", "<i>stop</i>"]),
        ("See the note: it is short", ["See the note: it is short"]),
        ("Note the disk", ["Note the disk"]),
        ("Note:", ["Note:"]),
        ("Note: ", ["Note: "]),
        ("Note:now", ["Note:now"]),
        ("<b>Note</b> : stop", ["<b>Note</b> : ", "stop"]),
        ("**Note: read this.**", ["**Note: read this.**"]),
        ("<em>Note: read</em> this", ["<em>Note: read</em> this"]),
    ],
)
def test_a_sentence_behind_a_label_is_read_by_itself(text: str, expected: list[str]) -> None:
    assert splitter.labelled(text, lambda label: label.strip() == "Note") == expected
    assert splitter.labelled(splitter.Kept(text), lambda label: True) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wait... what?", ["Wait... ", "what?"]),
        ("Er\u2026 sorry... I forgot.", ["Er\u2026 ", "sorry... ", "I forgot."]),
        ("She looked at me... and left.", ["She looked at me... and left."]),
        ("Loading...", ["Loading..."]),
        ("1... 2", ["1... 2"]),
        ("I'm late \U0001f605 Sorry!", ["I'm late \U0001f605 ", "Sorry!"]),
        ("Thanks :-) See you.", ["Thanks :-) ", "See you."]),
        ("I \u2764 Paris :)", ["I \u2764 Paris :)"]),
        ("Click the \u2699 Settings icon.", ["Click the \u2699 Settings icon."]),
    ],
)
def test_a_word_beside_an_ellipsis_and_what_follows_a_smile_are_read_by_themselves(
    text: str, expected: list[str]
) -> None:
    assert splitter.hesitations(text) == expected
