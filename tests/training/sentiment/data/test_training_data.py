"""The parts of several data sets, some of them translations."""

from __future__ import annotations

from training.sentiment.config import DataSection
from training.sentiment.corpora.labelled import Labelled
from training.sentiment.data import training_data

LABELS = ["bad", "good"]
ENGLISH = Labelled([f"text {number}" for number in range(60)], LABELS * 30)


def french(origins: list[str]) -> Labelled:
    return Labelled([f"le {origin}" for origin in origins], (LABELS * len(origins))[: len(origins)], origins=origins)


def test_a_translation_is_in_the_part_of_its_original() -> None:
    data = DataSection(validation=0.2, test=0.2)
    translated = french(ENGLISH.texts[:40])
    theirs, english = training_data.divide([translated, ENGLISH], LABELS, data, seed=0)
    for mine, other in zip(english, theirs, strict=True):
        assert {text.removeprefix("le ") for text in other.texts} == set(mine.texts) & set(ENGLISH.texts[:40])
    assert sum(len(part.texts) for part in theirs) == 40


def test_without_its_original_a_translation_is_in_the_same_part_in_every_language() -> None:
    data = DataSection(validation=0.2, test=0.2)
    origins = [f"sentence {number}" for number in range(200)]
    (first,) = training_data.divide([french(origins)], LABELS, data, seed=0)
    (second,) = training_data.divide([french(origins[:100][::-1])], LABELS, data, seed=1)
    for mine, other in zip(first, second, strict=True):
        assert set(other.texts) <= set(mine.texts)
    assert 20 < len(first[1].texts) < 60
    assert 20 < len(first[2].texts) < 60
