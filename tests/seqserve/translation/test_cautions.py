"""What a translation warns of."""

from __future__ import annotations

import pytest

from seqserve.translation.beam_search import Hypothesis
from seqserve.translation.copied_names import Names
from seqserve.translation.lexicon import Lexicon
from seqserve.translation.predictor import TranslationQuery, Translator
from testing.tiny import translation as tiny
from testing.tiny.translation import Echo, translate


def test_what_the_model_does_not_know_is_said() -> None:
    assert translate("I like 电影 and Þórr 😀 at http://x.org.").warnings == [
        "2 words in letters that the model does not know copied"
    ]
    assert translate("I like 😀 30 http://x.org &amp; <img> milk.").warnings == []


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


@pytest.mark.parametrize(
    ("text", "said", "warnings"),
    [
        ("I like 1,250 stars.", "I like 1.250 stars.", []),
        ("I like 1,250 stars of 300.", "I like 250 stars of 300.", ["not found in the translation: 1250"]),
        ("I like 0.8 of 2,5 stars.", "I like 8 of 2.5 stars.", ["not found in the translation: 0.8"]),
        ("I like 12 stars.", "I like stars.", []),
    ],
)
def test_a_number_that_a_network_saw_and_lost_is_named(text: str, said: str, warnings: list[str]) -> None:
    coder = tiny.subword_coder()
    network = Echo(lambda row, beam: [coder.encode([said])[0]])
    assert translate(text, tiny.translator(network, codes=True)).warnings == warnings


def test_words_that_are_none_are_named_and_their_sentences_doubtful() -> None:
    said = tiny.subword_coder().encode(["Ils sont pantaleurs ici."])
    lexicon = Lexicon.of(["ils", "sont", "ici"])
    model = Translator(tiny.config(), tiny.subword_coder(), Echo(lambda row, beam: said), lexicon=lexicon)
    answer = translate("They are here. 20. Here they are.", model)
    assert answer.doubtful == [1, 3]
    assert answer.warnings == ["no words of the language, so likely wrong: pantaleurs"]


def test_a_sentence_that_lacks_a_word_is_doubtful() -> None:
    coder = tiny.subword_coder()
    model = Translator(tiny.config(), coder, Echo(), Names(coder, rendered={"milk": ["lait"]}))
    answer = translate("I like it. I like milk.", model)
    assert answer.warnings == ["not found in the translation: milk"]
    assert answer.doubtful == [2]
