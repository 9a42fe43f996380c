"""Sentences that get the labels of their English translations."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from seqserve.registry.artifact import Source
from training.sentiment.corpora.labelled import Labelled
from training.sentiment.corpora.languages import projected
from training.translation.corpus.pairs import Pairs, pairs_of

ROWS = [
    ("I love this song.", "Ich liebe dieses Lied."),
    ("I love this song.", "Dieses Lied liebe ich."),
    ("I hate this rain.", "Ich hasse diesen Regen."),
    ("I do not love it.", "Ich liebe es nicht."),
    ("The table is red.", "Der Tisch ist rot."),
]
WHERE = Source(name="Tatoeba (5 pairs)", url=None, licence="CC BY", sha256="0")


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    words = Labelled(["love", "hate", "table"], ["positive", "negative", "neutral"])
    sentences = {"positive": "we love this film", "negative": "we hate this film", "neutral": "the table is blue"}
    texts = Labelled(
        [f"{text} {n}" for text in sentences.values() for n in range(9)], [k for k in sentences for _ in "123456789"]
    )

    def pairs(source: str, target: str) -> tuple[Pairs, Source]:
        return pairs_of(ROWS if target != "fr" else [], []), WHERE

    for module, name, found in (
        (projected.goemotions, "goemotions", texts),
        (projected.product_reviews, "sentences", Labelled([], [])),
        (projected.product_reviews, "pros_cons", Labelled([], [])),
        (projected.written, "written", Labelled([], [])),
        (projected.opinion_words, "opinion_words", words),
    ):
        monkeypatch.setattr(module, name, lambda found=found: (found, WHERE))
    monkeypatch.setattr(projected.pairs, "tatoeba", pairs)
    monkeypatch.setattr(projected, "_SURE", 0.5)
    monkeypatch.setenv("SEQSERVE_CACHE", str(tmp_path))
    projected._labels.cache_clear()
    yield
    projected._labels.cache_clear()


def test_the_other_side_has_the_label_of_the_english_one_where_that_is_sure() -> None:
    labelled, where = projected.projected("de")
    found = dict(zip(labelled.texts, labelled.labels, strict=True))
    assert found["Ich liebe dieses Lied."] == found["Dieses Lied liebe ich."] == "positive"
    assert found["Ich hasse diesen Regen."] == "negative"
    assert "Ich liebe es nicht." not in found, "the opinion word is negated, and the linear model does not see it"
    assert set(zip(labelled.origins, labelled.texts, strict=True)) <= set(ROWS)
    assert where.licence == "CC BY"


def test_a_language_that_is_not_in_tatoeba_is_written_by_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    program = f"{sys.executable} -c 'import sys; print(sys.stdin.read().upper(), end=\"\")'"
    monkeypatch.setitem(projected.LANGUAGES, "pt", ("es", (program,)))
    labelled, _ = projected.projected("pt")
    assert "ICH LIEBE DIESES LIED." in labelled.texts
    assert "I love this song." in labelled.origins


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [("I love it", 1), ("I don't love it", -1), ("I hate it", -1), ("love and hate", 0), ("The table", 0)],
)
def test_a_negation_turns_opinion_words_round(sentence: str, sign: int) -> None:
    assert projected._sign(sentence, {"love": 1, "hate": -1, "table": 0}) == sign
