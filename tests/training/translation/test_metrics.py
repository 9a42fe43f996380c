"""BLEU and chrF are sacreBLEU's, finite whatever the answers, and say how they were measured."""

from __future__ import annotations

import math

import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st

from training.translation import metrics
from training.translation.metrics import Sample

REFERENCES = {
    "The cat sat down.": ["Le chat s'assit.", "Le chat s'est assis par terre."],
    "I like milk a lot.": ["J'aime beaucoup le lait."],
    "Is it him, over there?": ["Est-ce lui, là-bas ?", "C'est lui, là-bas ?", "Est-ce que c'est lui, là-bas ?"],
}
ANSWERS = ["Le chat s'est assis par terre.", "J'aime le lait.", "C'est lui, là-bas ?"]


def test_scores_are_those_of_sacrebleu() -> None:
    first = metrics.first(REFERENCES)
    found = metrics.scores(first, ANSWERS)
    assert found["bleu"] == sacrebleu.corpus_bleu(ANSWERS, [first]).score
    assert found["chrf"] == sacrebleu.corpus_chrf(ANSWERS, [first]).score
    several = metrics.scores_of_any(list(REFERENCES.values()), ANSWERS)
    streams = [
        ["Le chat s'assit.", "J'aime beaucoup le lait.", "Est-ce lui, là-bas ?"],
        ["Le chat s'est assis par terre.", None, "C'est lui, là-bas ?"],
        [None, None, "Est-ce que c'est lui, là-bas ?"],
    ]
    assert several["bleu"] == sacrebleu.corpus_bleu(ANSWERS, streams).score
    assert several["chrf"] == sacrebleu.corpus_chrf(ANSWERS, streams).score


def test_each_source_counts_once_against_its_first_translation_and_against_any() -> None:
    found = metrics.held_out(REFERENCES, ANSWERS)
    one = metrics.scores(metrics.first(REFERENCES), ANSWERS)
    assert {name: found[name] for name in one} == one
    assert found["bleu_any"] > found["bleu"]
    assert found["chrf_any"] > found["chrf"]


SENTENCES = st.lists(st.text(max_size=20), min_size=1, max_size=5)


@given(SENTENCES)
def test_the_references_themselves_score_100(sentences: list[str]) -> None:
    texts = [f"{sentence} and so on and on." for sentence in sentences]
    assert metrics.scores(texts, texts) == {"bleu": pytest.approx(100), "chrf": 100}


@given(SENTENCES, st.data())
def test_scores_are_finite_percentages_whatever_the_answers(references: list[str], data: st.DataObject) -> None:
    size = len(references)
    answers = data.draw(st.lists(st.text(max_size=20), min_size=size, max_size=size))
    for score in metrics.scores(references, answers).values():
        assert math.isfinite(score)
        assert 0 <= score <= 100


def test_empty_answers_score_nothing() -> None:
    found = metrics.held_out(REFERENCES, ["", "", ""])
    assert found == {"bleu": 0, "chrf": 0, "bleu_any": 0, "chrf_any": 0}


def test_case_counts_unless_it_is_said_not_to() -> None:
    loud = [answer.upper() for answer in ANSWERS]
    plain = metrics.held_out(REFERENCES, ANSWERS, lowercase=True)
    assert metrics.held_out(REFERENCES, loud, lowercase=True) == plain
    assert metrics.held_out(REFERENCES, loud)["bleu"] < plain["bleu"]


@pytest.mark.parametrize("answers", [[], ["one"], ["one", "two", "three", "four"]])
def test_answers_that_do_not_fit_the_sources_are_refused(answers: list[str]) -> None:
    with pytest.raises(ValueError, match=rf"{len(answers)} answers to 3 sources"):
        metrics.held_out(REFERENCES, answers)


def test_the_fewer_sentences_the_less_a_score_says() -> None:
    def uncertainty(times: int) -> float:
        references = {f"{source} {time}": texts for time in range(times) for source, texts in REFERENCES.items()}
        return metrics.uncertainty(references, ANSWERS * times)

    assert uncertainty(4) == uncertainty(4)
    assert uncertainty(4) > uncertainty(40) > 0


def test_signatures_tell_references_case_and_version() -> None:
    found = metrics.signatures(REFERENCES)
    assert found.keys() == metrics.held_out(REFERENCES, ANSWERS).keys()
    version = f"version:{sacrebleu.__version__}"
    assert found["bleu"] == f"nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|{version}"
    assert found["chrf"] == f"nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|{version}"
    assert found["bleu_any"].startswith("nrefs:var|")
    assert all("case:lc" in signature for signature in metrics.signatures(REFERENCES, True).values())


def test_samples_are_drawn_by_the_seed_and_keep_their_order() -> None:
    references = {f"source {number}": [f"target {number}", "another"] for number in range(40)}
    answers = [f"answer {number}" for number in range(40)]
    drawn = metrics.samples(references, answers, seed=3)
    numbers = [int(sample.source.split()[1]) for sample in drawn]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == 10
    assert drawn == [Sample(f"source {number}", f"target {number}", f"answer {number}") for number in numbers]
    assert drawn == metrics.samples(references, answers, seed=3)
    assert drawn != metrics.samples(references, answers, seed=4)
    assert len(metrics.samples(REFERENCES, ANSWERS, seed=0)) == 3
