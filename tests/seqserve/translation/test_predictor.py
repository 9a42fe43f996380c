"""The translator around its network, which mostly echoes here; at the end stands a real one."""

from __future__ import annotations

import random
from dataclasses import asdict, replace
from functools import cache
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from seqserve import tasks
from seqserve.errors import ArtifactError, InputError
from seqserve.registry import byte_delta
from seqserve.registry.artifact import Artifact, Manifest
from seqserve.translation import subword_tokenizer
from seqserve.translation.beam_search import Hypothesis
from seqserve.translation.config import TranslatorConfig
from seqserve.translation.copied_names import Names
from seqserve.translation.markup.placeholders import PLACEHOLDERS
from seqserve.translation.predictor import Translation, TranslationQuery, Translator, graphs
from seqserve.translation.sentences.coder import SentenceCoder
from testing.tiny import SENTENCES
from testing.tiny import translation as tiny
from testing.tiny.translation import Echo

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
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=30).map(" ".join)


def translate(text: str, model: Translator | None = None, **asked: Any) -> Translation:
    (answer,) = (model or tiny.translator()).predict([TranslationQuery(text, **asked)])
    assert isinstance(answer, Translation), answer
    return answer


def refused(text: str, **asked: int) -> InputError:
    (answer,) = tiny.translator().predict([TranslationQuery(text, **asked)])
    assert isinstance(answer, InputError), answer
    assert 10 < len(answer.message) < 200
    return answer


def saying(*answers: str) -> Translator:
    """A translator whose network says this to any sentence; {0} is the first placeholder."""
    marked = [answer.format(*PLACEHOLDERS) for answer in answers]
    rows = tiny.subword_coder().encode(marked)
    return tiny.translator(Echo(lambda row, beam: rows[:beam]))


def bare(text: str) -> str:
    """A text folded, without white space."""
    return subword_tokenizer.folded(text).replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        "I like milk.",
        "  I like milk.  You don't!\n\n\tWhy?\r\n",
        "- One.\n- Two.\n\n<p>Three. <b>Four</b></p>",
        "Dear Tom,\nName: \n1) One.",
        "I pay 3,000.50 for 2 at http://x.org/?a=b, or write to joe@x.org; thanks!",
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
    "text", ["20", "3,000.50!", "😀", "?!", "...", "<br/>", "http://x.org", "joe@x.org", "电影", "(1) - 2"]
)
def test_what_has_nothing_to_translate_comes_back_without_the_network(text: str) -> None:
    network = Echo()
    answer = translate(text, tiny.translator(network), alternatives=2)
    assert (answer.text, answer.score, answer.alternatives) == (text, 0, [])
    assert network.searched == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("I LIKE MILK.", "I like milk."),
        ("(I LIKE MILK)", "I like milk"),
        ("WHY AM I HERE?", "Why am I here?"),
        ("WHERE!", "Where!"),
        ("STARS!", "Stars!"),
        ("HTTP://X.ORG IS IT", f"{PLACEHOLDERS[0]} Is it"),
        ("U.S.A. is.", f"{PLACEHOLDERS[0]} is."),
        ("I", "I"),
        ("GREAT stars.", "great stars."),
        ("I DON'T know.", "I DON'T know."),
    ],
)
def test_capitals_are_read_as_small_letters(text: str, read: str) -> None:
    network = Echo()
    assert translate(text, tiny.translator(network)).text.casefold() == text.casefold()
    (((row,), _),) = network.searched
    assert tiny.subword_coder().decode(row) == read


@pytest.mark.parametrize(
    ("text", "answer"),
    [("$3 million", "3 millions de dollars"), ("<b>Mr. White</b>", "<b>M. White</b>"), ("Mrs. Black", "Mme Black")],
)
def test_what_has_a_wording_needs_no_network(text: str, answer: str) -> None:
    network = Echo()
    assert translate(text, tiny.translator(network)).text == answer
    assert network.searched == []


def test_the_translation_of_capitals_is_in_capitals_but_for_what_is_copied() -> None:
    answer = translate("I LIKE http://x.org/a.", saying("J'aime l'été {0}, garçon."))
    assert answer.text == "J'AIME L'ÉTÉ http://x.org/a, GARÇON."


@pytest.mark.parametrize(
    ("language", "text", "read"),
    [
        ("en", "I like Ljubljana, and Giuseppe's milk.", "I like {0}, and {1}'s milk."),
        ("en", "Ljubljana is on MARS.", "Ljubljana is on {0}."),
        ("en", "NATO and the BBC.", "{0} and the {1}."),
        ("en", "The UN's milk.", "The {0}'s milk."),
        ("en", "I said: Whoever.", "I said: Whoever."),
        ("en", "I like Ljubljana 7 times, Ljubljana!", "I like {1} {0} times, {1}!"),
        ("de", "I like Ljubljana.", "I like Ljubljana."),
    ],
)
def test_names_that_are_not_known_are_copied(language: str, text: str, read: str) -> None:
    network = Echo()
    assert translate(text, tiny.translator(network, source=language)).text == text
    (((row,), _),) = network.searched
    assert tiny.subword_coder().decode(row) == read.format(*PLACEHOLDERS)


@pytest.mark.parametrize("text", ["NATO", "BBC!", "UNESCO.", "X7Y9Z", "user_name?"])
def test_an_abbreviation_or_an_identifier_alone_never_sees_the_network(text: str) -> None:
    network = Echo()
    assert translate(text, tiny.translator(network)).text == text
    assert network.searched == []


@pytest.mark.parametrize(
    ("text", "read", "said", "shown"),
    [
        ("Milk", "Milk!", "Lait !", "Lait"),
        ("the film", "the film!", "Le film !", "le film"),
        ("- Milk\n", "Milk!", "\u00a1Leche!", "- Leche\n"),
        ("MILK AND STARS", "Milk and stars!", "Du lait !", "DU LAIT"),
        ("Film 7", "Film {0}!", "Film {0} !", "Film 7"),
        ("Milk.", "Milk.", "Lait !", "Lait !"),
        ("I like this milk", "I like this milk", "Lait !", "Lait !"),
        ("Milk,", "Milk!", "Lait !", "Lait,"),
        ("the film:", "the film!", "Le film !", "le film :"),
        ("I like this milk,", "I like this milk,", "Lait,", "Lait,"),
        (f"{'a' * 21} milk", f"{'a' * 21} milk", "Lait !", "Lait !"),
    ],
)
def test_a_few_words_without_a_mark_are_read_as_if_exclaimed(text: str, read: str, said: str, shown: str) -> None:
    rows = tiny.subword_coder().encode([said.format(*PLACEHOLDERS)])
    network = Echo(lambda row, beam: rows)
    assert translate(text, tiny.translator(network, ending=True)).text == shown
    (((row,), _),) = network.searched
    assert tiny.subword_coder().decode(row) == read.format(*PLACEHOLDERS)


def test_german_nouns_stay_large() -> None:
    network = Echo(lambda row, beam: tiny.subword_coder().encode(["Milch!"]))
    assert translate("milk", tiny.translator(network, target="de", ending=True)).text == "Milch"


@pytest.mark.parametrize("text", ["\u24b6", "\u2163", "\U0001d400"])
def test_signs_that_have_a_case_are_no_words(text: str) -> None:
    assert translate(text).text == text


def test_a_network_that_knows_headings_reads_them_as_they_are() -> None:
    network = Echo()
    translate("Milk", tiny.translator(network))
    (((row,), _),) = network.searched
    assert tiny.subword_coder().decode(row) == "Milk"


def test_a_network_that_reads_backwards() -> None:
    plain, turned = Echo(), Echo()
    for network, backwards in ((plain, False), (turned, True)):
        translate("I like 20 of them.", tiny.translator(network, reversed=backwards))
    assert turned.searched[0][0][0] == plain.searched[0][0][0][::-1]


def test_a_network_of_small_letters() -> None:
    assert translate("I Like MILK.", tiny.translator(lowercase=True)).text == "i like milk."
    assert translate("See http://X.org/AbC!", tiny.translator(lowercase=True)).text == "see http://X.org/AbC!"
    assert translate("\u0130 See AF447!", tiny.translator(lowercase=True)).text.endswith("see af447!")


def test_a_hypothesis_with_every_span_goes_first() -> None:
    answer = translate(
        "I pay 20 for 30.", saying("Je {0}.", "Je {0} ou {0} et {1}.", "Je paie {1} {0}."), alternatives=2
    )
    assert answer.text == "Je paie 30 20."
    assert answer.alternatives == ["Je 20 30.", "Je 20 ou et 30."]
    assert answer.warnings == []


@pytest.mark.parametrize(
    ("said", "shown", "lost"),
    [
        ("{0} et {0} ou {0} !", "20 et 30 ou 40 !", 0),
        ("{0} et {1} ou {1} !", "20 et 30 ou 40 !", 0),
        ("{0} et {0} !", "20 et 30 40 !", 1),
        ("{0} et {0}, {0}, {0} !", "20 et 30, 40, !", 0),
    ],
)
def test_more_than_two_things_are_alike_for_the_network_and_come_back_in_order(
    said: str, shown: str, lost: int
) -> None:
    coder = tiny.subword_coder()
    network = Echo(lambda row, beam: coder.encode([said.format(*PLACEHOLDERS)]))
    answer = translate("I pay 20, 30 or 40.", tiny.translator(network))
    (((row,), _),) = network.searched
    assert coder.decode(row) == "I pay {0}, {0} or {0}.".format(*PLACEHOLDERS)
    assert answer.text == shown
    assert len(answer.warnings) == lost


def test_a_span_that_all_hypotheses_lost_is_set_before_the_full_stop_and_said() -> None:
    answer = translate("I pay 20. You pay 5 and 5. 7 is much.", saying("Je paie {7}."))
    assert answer.text == "Je paie 20 . Je paie 5 5 . 7 Je paie ."
    (warning,) = answer.warnings
    assert warning.startswith("4 copied spans set about where")


def test_marks_of_markdown_go_around_the_same_words() -> None:
    rows = tiny.subword_coder().encode(["Lait."])
    model = tiny.translator(Echo(lambda row, beam: rows))
    assert translate("I like [milk](http://x.org/a).", model).text == "[Lait](http://x.org/a)."
    assert translate("**I like milk.**", model).text == "**Lait.**"


@pytest.mark.parametrize(("text", "read"), [("ÇA VA BIEN.", "ça va bien."), ("Ça va bien.", "ça va bien.")])
def test_capitals_are_known_if_their_small_letters_are(text: str, read: str) -> None:
    network = Echo()
    answer = translate(text, tiny.translator(network))
    (((row,), _),) = network.searched
    assert tiny.subword_coder().decode(row) == read
    assert (answer.text, answer.warnings) == (text, [])


def test_parts_of_a_sentence_begin_and_end_as_they_do_in_it() -> None:
    model = saying("Et j'aime le lait.")
    text = "I like milk " * 12 + "and " + "you like milk " * 12 + "so much."
    answer = translate(text, model)
    assert answer.text.startswith("Et j'aime le lait Et j'aime le lait ")
    assert answer.text.endswith(" et j'aime le lait.")
    assert "lait. " not in answer.text
    assert translate("and I like milk", model).text == "Et j'aime le lait."


def test_a_span_that_comes_twice_is_set_twice() -> None:
    answer = translate("I pay 20 and 20.", saying("{0} : {0} !", "{0}."))
    assert (answer.text, answer.warnings) == ("20 : 20 !", [])


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
    short, long = coder.encode([f"{PLACEHOLDERS[0]}", "Une phrase plus longue."])
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


def test_names_count_among_the_things_to_copy() -> None:
    names = "Anastasia, Beatrix, Cornelius, Dimitri, Evangeline, Fitzgerald, Gwendolyn, Hieronymus, Isidor"
    answer = translate(f"I like {names} and milk.", tiny.translator(max_tokens=200))
    assert answer.warnings == ["1 sentence of more than 200 tokens or 8 copied spans translated in 2 parts"]


def test_what_the_model_does_not_know_is_said() -> None:
    assert translate("I like 电影 and Þórr 😀 at http://x.org.").warnings == [
        "2 words in letters that the model does not know copied"
    ]
    assert translate("I like 😀 30 http://x.org &amp; <img> milk.").warnings == []


@pytest.mark.parametrize(
    ("text", "read", "shown"),
    [
        ("I like <b>milk</b>.", "I like milk.", "<b>Lait</b>."),
        ("<b>Tom</b> is here.", "Tom is here.", "<b>Lait</b>."),
        ('Go <a href="x">to <B>him</B></a>.', "Go to him.", '<a href="x"><B>Lait</B></a>.'),
        ("Go <b>to him</b>, <i>you</i>!", "Go to him, you!", "<b><i>Lait.</i></b>"),
        (
            "<b>You</b>" + "<i>" * 16 + "go." + "</i>" * 16,
            "Yougo.",
            "<b>" + "<i>" * 16 + "Lait." + "</i>" * 16 + "</b>",
        ),
        ("I <b></b> like <img/> it.", "I {0}{0} like {0} it.", "<b> </b> Lait <img/>."),
        ("&quot;I like milk.&quot;", '"I like milk."', "Lait."),
        ("It&apos;s &quot;&eacute;&quot; &amp; I.", 'It\'s "é" {0} I.', "Lait &amp;."),
    ],
)
def test_tags_around_words_are_set_around_them_or_the_sentence_and_entities_are_spelled(
    text: str, read: str, shown: str
) -> None:
    rows = tiny.subword_coder().encode(["Lait."])
    network = Echo(lambda row, beam: rows)
    answer = translate(text, tiny.translator(network))
    (((row, *_), _),) = network.searched
    assert tiny.subword_coder().decode(row).replace(" ", "") == read.format(*PLACEHOLDERS).replace(" ", "")
    assert answer.text == shown
    wrapped = "tags within 1 sentence set around the whole of it"
    assert (wrapped in answer.warnings) == ("Lait.</i>" in shown)


@pytest.mark.parametrize(("least", "doubtful"), [(None, None), (-0.05, [1, 3]), (-0.15, None)])
def test_sentences_below_the_least_score_are_named(least: float | None, doubtful: list[int] | None) -> None:
    answer = translate("I like milk. 20. Why?", tiny.translator(least_score=least))
    assert answer.doubtful == doubtful
    assert [warning[:19] for warning in answer.warnings] == (["sentences 1, 3 of 3"] if doubtful else [])


@pytest.mark.parametrize(
    ("tokens", "score", "doubtful"), [(1, -0.9, None), (1, -1.1, [1]), (9, -2.4, None), (9, -2.6, [1])]
)
def test_few_tokens_need_a_lower_score_to_be_doubtful(tokens: int, score: float, doubtful: list[int] | None) -> None:
    model = tiny.translator(least_score=-0.25)
    prepared = model.prepare(TranslationQuery("One."))
    found = model.finish(prepared, [[Hypothesis([5] * tokens, score)]])
    assert found.doubtful == doubtful


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("One.", "the sentence is unlike"),
        ("One. 20.", "sentence 1 of 2 is unlike"),
        ("One. Two.", "sentences, all 2, are unlike"),
        ("20. " + "One. " * 11, "sentences 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ... of 12 are unlike"),
    ],
)
def test_a_warning_says_which_sentences_are_likely_wrong(text: str, warning: str) -> None:
    (said,) = translate(text, tiny.translator(least_score=-0.01)).warnings
    assert said.startswith(warning)
    assert said.endswith("likely wrong")


def test_the_words_between_tags_do_not_count_in_the_score_nor_as_sentences() -> None:
    model = tiny.translator(least_score=-0.01)
    with_tags, without = (translate(text, model) for text in ("I like <b>milk</b>.", "I like milk."))
    assert (with_tags.score, with_tags.doubtful) == (without.score, without.doubtful)
    assert with_tags.text == "I like <b>milk</b>."


def test_a_translation_without_end_is_cut_and_said() -> None:
    endless = tiny.translator(Echo(lambda row, beam: [row * 100]))
    answer = translate("One.", endless)
    assert len(answer.text) < 100
    assert answer.warnings == ["translation of 1 sentence cut, as it would not end"]


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


NAMES = Names(
    tiny.subword_coder(),
    small=["whoever", "unfortunately", "conditions", "mr"],
    translated=["Ljubljana", "Friday", "Mr", "Mrs"],
)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Giuseppe is on Friday in Ljubljana.", "{0} is on Friday in Ljubljana."),
        ("Unfortunately, Giuseppe is.", "Unfortunately, {0} is."),
        ('I said: "Anastasia is."', 'I said: "{0} is."'),
        ("Mr. Smithson and Mrs. Robinson-Jones.", "{0} and {1}."),
        ("Whoever Follows Conditions Unfortunately", "Whoever {0} conditions unfortunately"),
        ("I know, Whoever!", "I know, {0}!"),
        ("Mr. Whoever is", "{0} is"),
        ("I know Whoever", "I know {0}"),
        ("WHOEVER FOLLOWS NASA, FRIDAY.", "Whoever {0} {1}, Friday."),
    ],
)
def test_names_are_what_was_never_learned_in_small_letters_nor_translated(text: str, read: str) -> None:
    network = Echo()
    model = Translator(tiny.config(), tiny.subword_coder(), network, NAMES)
    translate(text, model)
    (((row,), _),) = network.searched
    assert tiny.subword_coder().decode(row) == read.format(*PLACEHOLDERS)


def test_in_german_nothing_is_told_by_capitals() -> None:
    network = Echo()
    translate("WHOEVER FOLLOWS NASA.", Translator(tiny.config(source="de"), tiny.subword_coder(), network, NAMES))
    (((row,), _),) = network.searched
    assert tiny.subword_coder().decode(row) == "Whoever follows nasa."


@cache
def version() -> Artifact:
    """A version with a real network."""
    return Artifact(Manifest.model_construct(task="translation", name="en-fr", version="1"), tiny.release().files)


def test_a_real_network_answers_alike_alone_and_in_company() -> None:
    model = tasks.load(version())
    source = random.Random(7)
    words = " ".join(SENTENCES).split()
    texts = [" ".join(source.choices(words, k=source.randint(1, 60))) for _ in range(100)]
    queries = [TranslationQuery(text, alternatives=index % 3, beam=1 + index % 5) for index, text in enumerate(texts)]
    for query, answer in zip(queries, model.predict(queries), strict=True):
        (alone,) = model.predict([query])
        assert (answer.text, answer.alternatives) == (alone.text, alone.alternatives)
        assert answer.score == pytest.approx(alone.score, abs=1e-5)
        assert len(answer.alternatives) <= query.alternatives


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("tokenizer.json", b"{}"),
        ("encoder.onnx", b"onnx"),
        ("decoder.onnx", b"onnx"),
        ("config.json", b"{}"),
        ("config.json", b'{"source": "en", "target": "fr", "beam": 20}'),
        ("config.json", b'{"source": "en", "target": "fr", "reversed": true}'),
    ],
)
def test_a_damaged_version_is_refused(file: str, content: bytes) -> None:
    with pytest.raises(ArtifactError, match=r"publish it again|otherwise than"):
        tasks.load(replace(version(), files={**version().files, file: content}))


def test_a_version_may_have_what_both_graphs_have_once() -> None:
    files = dict(version().files)
    encoder, decoder = files.pop("encoder.onnx"), files["decoder.onnx"]
    run = max((encoder[place : place + 200] for place in range(0, len(encoder), 50)), key=decoder.count)
    assert run in decoder
    files["encoder.part"] = byte_delta.cut(encoder, run, decoder)
    assert len(files["encoder.part"]) < len(encoder)
    assert graphs(replace(version(), files=files)) == (encoder, decoder)
    query = TranslationQuery(SENTENCES[0])
    assert tasks.load(replace(version(), files=files)).predict([query]) == tasks.load(version()).predict([query])
    for damaged in (b"", files["encoder.part"][:20], b"\xff" * 100, byte_delta.cut(b"ab", b"a", b"a")[:-1]):
        with pytest.raises(ArtifactError, match="publish it again"):
            tasks.load(replace(version(), files={**files, "encoder.part": damaged}))


def test_a_version_may_bring_names_and_damaged_ones_are_refused() -> None:
    files = {**version().files, "names.json": NAMES.to_json()}
    assert tasks.load(replace(version(), files=files))
    for content in (b"", b"[]", b'{"small": [], "other": []}', b'{"small": 1, "translated": []}'):
        with pytest.raises(ArtifactError, match=r"names\.json is damaged"):
            tasks.load(replace(version(), files={**files, "names.json": content}))


@pytest.mark.parametrize("missing", ["tokenizer.json", "encoder.onnx", "decoder.onnx", "config.json"])
def test_an_incomplete_version_is_refused(missing: str) -> None:
    files = {file: content for file, content in version().files.items() if file != missing}
    with pytest.raises(ArtifactError, match=missing):
        tasks.load(replace(version(), files=files))


def test_a_network_that_knows_no_placeholders_reads_codes() -> None:
    network = Echo()
    text = "Write to a@b.org or c@d.org, Ljubljana has 3 trains and {n}."
    answer = translate(text, tiny.translator(network, codes=True))
    (((tokens,), _),) = network.searched
    assert tiny.subword_coder().decode(tokens) == "Write to XX1 or XX2, Ljubljana has 3 trains and XX3."
    assert (answer.text, answer.warnings) == (text, [])


def test_a_code_in_a_text_is_copied_itself() -> None:
    text = "Take XX2 and a@b.org."
    assert translate(text, tiny.translator(codes=True)).text == text


@pytest.mark.parametrize("text", ["{name}", "{{name}}", "{0}"])
def test_what_a_program_fills_in_comes_back_alone(text: str) -> None:
    network = Echo()
    assert translate(text, tiny.translator(network)).text == text
    assert network.searched == []


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


@pytest.mark.parametrize(
    ("text", "said", "warnings"),
    [
        ("I like 1,250 stars.", "I like 1.250 stars.", []),
        ("I like 1,250 stars of 300.", "I like 250 stars of 300.", ["not found in the translation: 1250"]),
        ("I like 12 stars.", "I like stars.", []),
    ],
)
def test_a_number_that_a_network_saw_and_lost_is_named(text: str, said: str, warnings: list[str]) -> None:
    coder = tiny.subword_coder()
    network = Echo(lambda row, beam: [coder.encode([said])[0]])
    assert translate(text, tiny.translator(network, codes=True)).warnings == warnings
