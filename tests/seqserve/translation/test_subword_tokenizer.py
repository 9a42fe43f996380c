from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqserve.translation import subword_tokenizer
from seqserve.translation.markup.placeholders import PLACEHOLDERS, show
from seqserve.translation.subword_tokenizer import END, PADDING, START, UNKNOWN, Subwords, folded
from testing import tiny
from testing.tiny import sentiment as tiny_sentiment
from testing.tiny import translation as tiny_translation

CODER = tiny_translation.subword_coder()
KNOWN = "".join(chr(code) for code in range(33, 127)) + "«»’éèêàçùœ"
COPIED = [
    "20",
    "3,000.5",
    "12:30",
    "http://x.org/a?b=c",
    "www.x.org",
    "joe@x.org",
    "<b>",
    "</b>",
    "&amp;",
    "😀",
    "电影",
    "Þórr",
    "AF447",
    "3a",
    "user_name",
    "H2O",
    "milk™",
    "-5",
    "3.5kg",
    "20°C",
    "5:30pm",
    "[1]",
    "`a b`",
    "#love",
    "@tom_1",
    "/home/tom/a.txt",
    "~/a/b",
    "C:\\x\\y",
    "AT&T",
    "C++",
    "COVID-19",
    "YouTube",
    "iPhone",
    "O'Neill",
    "+33 1 23 45 67 89",
    ":D",
    ":-(",
]

known_texts = st.text(st.sampled_from(KNOWN + "   "), max_size=60).map(folded)
any_texts = st.lists(st.sampled_from([*COPIED, " ", " ", "a", ".", "milk"]) | st.text(max_size=4), max_size=40).map(
    "".join
)


@settings(deadline=None)
@given(batch=st.lists(known_texts, max_size=5))
def test_what_is_encoded_is_decoded(batch: list[str]) -> None:
    encoded = CODER.encode(batch)
    assert [CODER.decode(numbers) for numbers in encoded] == batch
    assert not any(UNKNOWN in numbers for numbers in encoded)


@settings(deadline=None)
@given(text=any_texts)
def test_what_is_hidden_is_shown(text: str) -> None:
    sentence = folded(text)
    hidden = CODER.hide(sentence)
    assert show(hidden.text, hidden.spans) == sentence
    assert len(hidden.spans) == len(set(hidden.spans)) <= len(PLACEHOLDERS)
    assert set(PLACEHOLDERS[: len(hidden.spans)]) == set(PLACEHOLDERS) & set(hidden.text)


@settings(deadline=None)
@given(text=any_texts)
def test_what_is_unknown_is_hidden_and_comes_back(text: str) -> None:
    hidden = CODER.hide(folded(text))
    (numbers,) = CODER.encode([hidden.text])
    if len(hidden.spans) < len(PLACEHOLDERS):
        assert UNKNOWN not in numbers
        assert show(CODER.decode(numbers), hidden.spans) == folded(text)


@settings(deadline=None)
@given(text=st.text())
def test_folded(text: str) -> None:
    sentence = folded(text)
    assert folded(sentence) == sentence == unicodedata.normalize("NFC", sentence) == sentence.strip()
    assert not set(sentence) & {*PLACEHOLDERS, "\n", "\t", "\x00", "\u00a0", "\u200b", "\u00ad"}
    assert "  " not in sentence


@pytest.mark.parametrize("span", COPIED)
def test_each_span_has_one_placeholder(span: str) -> None:
    hidden = CODER.hide(f"I like {span} and {span} .")
    assert hidden == (f"I like {PLACEHOLDERS[0]} and {PLACEHOLDERS[0]} .", [span])


def test_known_words_and_signs_are_not_hidden() -> None:
    for sentence in ["I am well-known and/or he's she/her.", "A-b (c:d)"]:
        assert CODER.hide(sentence) == (sentence, [])
    for sentence in [*tiny.SENTENCES[:1], *map(folded, tiny_translation.FRENCH[:1]), 'I don\'t; "you" do (or not)!']:
        assert CODER.hide(sentence) == (sentence, [])


@pytest.mark.parametrize(
    ("number", "suffix"), [("20", "st"), ("20", "nd"), ("20", "rd"), ("20", "th"), ("20", "e"), ("1920", "s")]
)
def test_of_an_ordinal_only_the_number_is_hidden(number: str, suffix: str) -> None:
    assert CODER.hide(f"the {number}{suffix} time") == (f"the {PLACEHOLDERS[0]}{suffix} time", [number])


def test_seconds_are_a_unit_and_no_decade() -> None:
    assert CODER.hide("wait 30s") == (f"wait {PLACEHOLDERS[0]}", ["30s"])


@pytest.mark.parametrize(
    ("sentence", "spans"),
    [
        ("From 3-5 to 7 - 8", ["3-5", "7", "8"]),
        ("x-5 is (-5)", ["5", "-5"]),
        ("In 1990s 20 °C", ["1990", "20 °C"]),
        ("It is 5 o'clock", ["5"]),
        ("70 kg, 1.80 m. 5 p.m. 6 AM, 3 l'eau 7 cats", ["70 kg", "1.80 m", "5 p.m.", "6 AM", "3", "7"]),
        ("/ or //", []),
        ("See /a/b.", ["/a/b"]),
        ("joe@x.org, @x", ["joe@x.org"]),
        ("a # b", []),
        ("McDonald's", ["McDonald"]),
        ("a ◊<sup>1</sup>◊&nbsp;", ["◊", "<sup>", "1", "</sup>", "&nbsp;"]),
    ],
)
def test_what_is_copied_is_neither_more_nor_less(sentence: str, spans: list[str]) -> None:
    assert CODER.hide(sentence).spans == spans


def test_of_more_spans_than_placeholders_the_later_ones_stay() -> None:
    hidden = CODER.hide(" ".join(map(str, range(10))))
    assert hidden.text == " ".join([*PLACEHOLDERS, "8", "9"])
    assert hidden.spans == list("01234567")


def test_a_placeholder_is_one_token() -> None:
    (numbers,) = CODER.encode([f"a {PLACEHOLDERS[3]}"])
    assert CODER.decode(numbers[-1:]) == PLACEHOLDERS[3]


@pytest.mark.parametrize("name", ["<pad>", "<s>", "</s>", "<unk>"])
def test_special_tokens_in_a_text_are_no_special_tokens(name: str) -> None:
    (numbers,) = CODER.encode([f"a{name}b"])
    assert not {PADDING, START, END, UNKNOWN} & set(numbers)
    assert CODER.decode([START, *numbers, END]) == f"a{name}b"


def test_stored_and_read_it_encodes_alike() -> None:
    read = Subwords.from_json(CODER.to_json())
    assert len(read) == len(CODER)
    assert read.encode(tiny.SENTENCES) == CODER.encode(tiny.SENTENCES)
    assert read.hide("电 5") == CODER.hide("电 5")


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[]"])
def test_what_is_no_tokenizer_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="no tokenizer"):
        Subwords.from_json(content)


def test_a_tokenizer_of_another_kind_is_refused() -> None:
    content = tiny_sentiment.release().files["tokenizer.json"]
    with pytest.raises(ValueError, match="first tokens"):
        Subwords.from_json(content)


def test_characters_that_are_rare_are_not_known() -> None:
    coder = Subwords(subword_tokenizer.fit(["a b c"] * 10 + ["d"] * 9, 100))
    assert coder.hide("abc dab c") == (f"abc {PLACEHOLDERS[0]} c", ["dab"])


SIGNS = ["a", "q", "电", "<a", "a@", "x@y.1", "&am", "1,", "_", "😀", "-", "http://a.", "a电"]


@pytest.mark.parametrize("sign", [*SIGNS, "/a", "+1 ", "aA", "`", "#a", "A-", "[1"])
def test_100_000_characters_of_anything(sign: str) -> None:
    sentence = (sign * 100_000)[:100_000]
    hidden = CODER.hide(sentence)
    assert show(hidden.text, hidden.spans) == sentence
    assert CODER.encode([hidden.text])[0]
