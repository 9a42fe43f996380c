"""The translator around its network, which echoes here."""

from __future__ import annotations

from dataclasses import asdict
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from seqserve.errors import InputError
from seqserve.translation import subword_tokenizer
from seqserve.translation.config import TranslatorConfig
from seqserve.translation.markup.placeholders import PLACEHOLDERS
from seqserve.translation.predictor import Translation, TranslationQuery
from seqserve.translation.sentences.coder import SentenceCoder
from testing.tiny import translation as tiny
from testing.tiny.translation import Echo, saying, translate

PIECES = [
    "I like milk.",
    "Why?",
    "ALL OF IT!",
    "20",
    "http://x.org/a",
    "<b>",
    "</i>",
    "<br/>",
    "😀",
    "电影",
    "\n",
    " ",
    "\x00",
    "(",
]
NAMES = ["Betty", "Charles", "Giuseppe Verdi", "Ljubljana", "milk", "20"]
series = st.lists(st.sampled_from(NAMES), min_size=2, max_size=7).map(lambda items: f"{', '.join(items)}, and Eva")
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5) | series, max_size=30).map(" ".join)


def refused(text: str, **asked: int) -> InputError:
    (answer,) = tiny.translator().predict([TranslationQuery(text, **asked)])
    assert isinstance(answer, InputError), answer
    assert 10 < len(answer.message) < 200
    return answer


def bare(text: str) -> str:
    """A text folded, without white space."""
    return subword_tokenizer.folded(text).replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        "I like milk.",
        "  I like milk.  You don't!\n\n\tWhy?\r\n",
        "- One.\n- Two.\n\n<p>Three. <b>Four</b></p>",
        "I like Tom,\nName: \n1) One.",
        "I pay 3000.50 for 2 at http://x.org/?a=b, or write to joe@x.org; thanks!",
        "I like 电影 & 😀, Þórr.",
        "I LIKE MILK! NATO, your U.S. and OK.",
        "Oui : « ça » va ?",
        "A list: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and so on.",
        "word " * 100,
        "a" * 1000,
    ],
)
def test_what_a_network_repeats_comes_back_as_it_was(text: str) -> None:
    assert translate(text).text == text


@settings(deadline=None)
@given(text=texts)
def test_any_text_comes_back_but_for_white_space_in_its_sentences(text: str) -> None:
    (answer,) = tiny.translator().predict([TranslationQuery(text)])
    if subword_tokenizer.folded(text):
        assert isinstance(answer, Translation)
        assert bare(answer.text) == bare(text)
        assert answer.score <= 0
    else:
        assert isinstance(answer, InputError)
        assert answer.code == "empty"


@settings(max_examples=50, deadline=None)
@given(batch=st.lists(st.tuples(texts, st.integers(0, 3), st.sampled_from([None, 1, 3, 7])), max_size=8))
def test_batched_is_single(batch: list[tuple[str, int, int | None]]) -> None:
    queries = [TranslationQuery(*asked) for asked in batch]
    model = tiny.translator()
    for query, answer in zip(queries, model.predict(queries), strict=True):
        (alone,) = model.predict([query])
        assert answer == alone or (isinstance(answer, InputError) and str(answer) == str(alone))


def test_sentences_of_all_texts_go_together_if_their_beams_are_alike() -> None:
    network = Echo()
    queries = [TranslationQuery("One. Two."), TranslationQuery("Three.", beam=3), TranslationQuery("Four.")]
    tiny.translator(network).predict(queries)
    assert sorted((len(rows), beam) for rows, beam in network.searched) == [(1, 3), (3, 5)]


@pytest.mark.parametrize(
    "text", ["20", "3000.50!", "😀", "?!", "...", "<br/>", "http://x.org", "joe@x.org", "电影", "(1) - 2"]
)
def test_what_has_nothing_to_translate_comes_back_without_the_network(text: str) -> None:
    network = Echo()
    answer = translate(text, tiny.translator(network), alternatives=2)
    assert (answer.text, answer.score, answer.alternatives) == (text, 0, [])
    assert network.searched == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [("$3 million", "3 millions de dollars"), ("<b>Mr. White</b>", "<b>M. White</b>"), ("Mrs. Black", "Mme Black")],
)
def test_what_has_a_wording_needs_no_network(text: str, answer: str) -> None:
    network = Echo()
    assert translate(text, tiny.translator(network)).text == answer
    assert network.searched == []


def test_parts_of_a_sentence_begin_and_end_as_they_do_in_it() -> None:
    model = saying("Et j'aime le lait.")
    text = "I like milk " * 12 + "and " + "you like milk " * 12 + "so much."
    answer = translate(text, model)
    assert answer.text.startswith("Et j'aime le lait Et j'aime le lait ")
    assert answer.text.endswith(" et j'aime le lait.")
    assert "lait. " not in answer.text
    assert translate("and I like milk", model).text == "Et j'aime le lait."


def test_a_translation_with_words_comes_before_one_without() -> None:
    assert translate("3 place", saying("{0}", "{0} lieu"), beam=2).text == "3 lieu"


@pytest.mark.parametrize("text", ["I like cold milk and bread.", "milk 3"])
def test_a_translation_without_most_words_has_a_warning(text: str) -> None:
    (warning,) = translate(text, saying("20." if "3" not in text else "{0}")).warnings
    assert "much shorter than the text, so words may be missing" in warning


@pytest.mark.parametrize(
    "text", ["if (x > 0) { return y; }", "SELECT name FROM users WHERE id = 5;", "print(a);", "DELETE FROM a;"]
)
def test_a_line_of_code_is_copied(text: str) -> None:
    assert translate(text, saying("Lait.")).text == text


@pytest.mark.parametrize("text", ["I like milk (cold);", "the file(s);", "I like {name}", "milk = lait"])
def test_a_line_with_brackets_is_no_code(text: str) -> None:
    assert translate(text, saying("Lait.")).text != text


def test_branches_of_a_message_are_translated_by_themselves() -> None:
    message = "{n, plural, one {# milk} other {milk!}}"
    assert translate(f"I like {message}.").text == f"I like {message}."
    spoken = saying("Lait")
    assert translate(message, spoken).text == "{n, plural, one {# Lait} other {Lait}}"


@pytest.mark.parametrize(("alternatives", "found"), [(0, 0), (1, 1), (2, 2), (3, 2), (9, 2)])
def test_alternatives_are_distinct_and_no_more_than_asked_for(alternatives: int, found: int) -> None:
    model = saying("Un.", "Deux.", "Un.", "Trois.")
    answer = translate("One.", model, alternatives=alternatives)
    assert [answer.text, *answer.alternatives] == ["Un.", "Deux.", "Trois."][: 1 + found]


def test_an_alternative_of_a_text_has_the_next_of_each_sentence_or_its_best() -> None:
    def answers(row: list[int], beam: int) -> list[list[int]]:
        return coder.encode(["Un.", "Deux.", "Trois."] if len(row) < 6 else ["Long."])

    coder = tiny.subword_coder()
    answer = translate("One!\nThis one is long.", tiny.translator(Echo(answers)), alternatives=5)
    assert answer.text == "Un.\nLong."
    assert answer.alternatives == ["Deux.\nLong.", "Trois.\nLong."]


def test_an_empty_hypothesis_is_the_last_resort() -> None:
    assert translate("One.", saying("", "Un."), alternatives=1) == translate("One.", saying("", "Un."))
    assert translate("One.", saying("", "Un.")).text == "Un."
    assert translate("One.", saying("")).text == ""


def test_the_score_is_the_mean_of_a_token_over_all_sentences() -> None:
    coder = tiny.subword_coder()
    short, long = coder.encode([f"a {PLACEHOLDERS[0]}", "Une phrase plus longue."])
    model = tiny.translator(Echo(lambda row, beam: [long, short]))
    expected = (-0.1 * (len(long) + 1) - 0.2 * (len(short) + 1)) / (len(long) + len(short) + 2)
    assert translate("One. Two 2.", model).score == pytest.approx(expected)


def test_beam_is_what_alternatives_need() -> None:
    model = tiny.translator(beam=3, max_beam=6)
    beams = [
        model.prepare(TranslationQuery("One.", *asked)).beam for asked in [(0,), (2,), (4,), (0, 1), (2, 1), (1, 6)]
    ]
    assert beams == [3, 3, 5, 1, 3, 6]


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        ({"alternatives": 10}, "bad_alternatives", "alternatives"),
        ({"alternatives": -1}, "bad_alternatives", "alternatives"),
        ({"beam": 0}, "bad_beam", "beam"),
        ({"beam": 11}, "bad_beam", "beam"),
    ],
)
def test_more_than_the_model_takes_is_refused(asked: dict[str, int], code: str, field: str) -> None:
    error = refused("One.", **asked)
    assert (error.code, error.field) == (code, field)
    assert "10" in error.message or "9" in error.message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n\t\u00a0", "empty"),
        ("\x00\x1f\u200b\ufeff", "empty"),
        ("\ud800", "not_unicode"),
        ("a" * 10_001, "too_long"),
    ],
)
def test_what_is_no_text_is_refused(text: str, code: str) -> None:
    error = refused(text)
    assert (error.code, error.field) == (code, "text")


def test_a_long_sentence_is_translated_in_parts() -> None:
    network = Echo()
    text = ", ".join(["I like milk very much"] * 8) + "; " + ", ".join(["you don't like it"] * 8) + "."
    answer = translate(text, tiny.translator(network))
    assert answer.text == text.replace(";", " ;")  # as French has it
    rows = list(chain.from_iterable(rows for rows, _ in network.searched))
    assert all(20 <= len(row) <= 40 for row in rows)
    assert answer.warnings == [f"1 sentence of more than 40 tokens or 8 copied spans translated in {len(rows)} parts"]
    read = [tiny.subword_coder().decode(row) for row in rows]
    assert any(part.endswith(";") for part in read)
    assert all(part[-1] in ",;." for part in read)


def test_a_sentence_with_more_to_copy_than_placeholders_is_translated_in_parts() -> None:
    answer = translate("We sold " + ", ".join(map(str, range(100, 115))) + " of them.", tiny.translator(max_tokens=200))
    assert answer.text.startswith("We sold 100, 101")
    assert answer.warnings == ["1 sentence of more than 200 tokens or 8 copied spans translated in 2 parts"]


@pytest.mark.parametrize("text", ["I like milk. You don't.", "<p>(1) Why?</p>", "I like milk, " * 30, "Yes. Yes."])
def test_a_sentence_is_read_once(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    real = SentenceCoder.read
    monkeypatch.setattr(SentenceCoder, "read", lambda self, sentence: read.append(sentence) or real(self, sentence))
    prepared = tiny.translator().prepare(TranslationQuery(text))
    assert len(read) == len(set(read))
    assert {sentence.text for sentence in prepared.sentences} <= set(read)


def test_a_translation_has_at_most_twice_the_tokens_of_its_sentence_and_ten() -> None:
    model = tiny.translator(Echo(lambda row, beam: [row * 100]))
    prepared = model.prepare(TranslationQuery("I like milk."))
    (((found, *_),),) = model.infer([prepared])
    assert len(found.tokens) == 2 * len(prepared.sentences[0].tokens) + 10


def test_the_cost_grows_with_tokens_and_beam() -> None:
    model = tiny.translator()

    def cost(text: str, beam: int) -> int:
        return model.cost(model.prepare(TranslationQuery(text, beam=beam)))

    assert cost("20", 5) >= 1
    tokens = len(tiny.subword_coder().encode(["I like milk."])[0])
    assert cost("I like milk.", 1) == 2 * tokens + 1
    assert cost("I like milk. I like milk.", 3) == 6 * cost("I like milk.", 1)


def test_the_signature_says_what_a_caller_must_know() -> None:
    assert tiny.translator().signature() == {
        "source": "en",
        "target": "fr",
        "beam": 5,
        "max_beam": 10,
        "max_tokens": 40,
        "whole_tokens": None,
        "max_characters": 10_000,
        "least_score": None,
    }


def test_a_golden_answer_is_replayed() -> None:
    example = {"text": "I like milk.", "alternatives": 2}
    expected = asdict(translate("I like milk.", alternatives=2))
    del expected["doubtful"]  # which versions of before do not have
    assert tiny.translator().replay(example) == expected
    with pytest.raises(InputError):
        tiny.translator().replay({"text": ""})


@pytest.mark.parametrize(
    "wrong",
    [
        {"beam": 0},
        {"beam": 11},
        {"least_score": 0.1},
        {"source": ""},
        {"length_penalty": -1.0},
        {"max_tokens": 0},
        {"language": "en"},
    ],
)
def test_a_config_that_is_none_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TranslatorConfig.model_validate({"source": "en", "target": "fr", **wrong})


@pytest.mark.slow
@pytest.mark.parametrize("sign", ["a", "(", "\n", "a.a.", "I like milk. ", "<b>", "1 ", "电", "\u0301\u0323", "MILK "])
def test_100_000_characters_of_anything(sign: str) -> None:
    text = (sign * 100_000)[:100_000]
    (answer,) = tiny.translator(max_characters=100_000).predict([TranslationQuery(text, beam=1)])
    if sign == "\n":
        assert isinstance(answer, InputError)
    else:
        assert isinstance(answer, Translation)
        assert sign == "\u0301\u0323" or bare(answer.text) == bare(text)


def test_a_register_is_looked_for_among_all_hypotheses_that_can_be_followed() -> None:
    vous, tu = (tiny.subword_coder().encode([text])[0] for text in ("Vous.", "Tu."))
    network = Echo(lambda row, beam: [vous, tu][:beam])
    model = tiny.translator(network)
    answers = [translate("I like it.", model, formality=register) for register in (None, "formal", "informal")]
    assert [answer.text for answer in answers] == ["Vous.", "Vous.", "Tu."]
    assert [beam for _, beam in network.searched] == [model.config.beam, *[model.config.max_beam] * 2]
    network = Echo(lambda row, beam: [vous])
    answer = translate("I like it.", tiny.translator(network), formality="informal")
    assert answer.warnings == ["no informal wording found for 1 sentence (1)"]
