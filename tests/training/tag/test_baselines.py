from __future__ import annotations

import pytest

from training.tag.augmentation import Tagged
from training.tag.baselines import Gazetteer, LinearCrf

TEXTS = [
    Tagged(["Ann", "is", "in", "New", "York"], ["B-person", "O", "O", "B-place", "I-place"]),
    Tagged(["York", "will", "may", "be", "in", "may"], ["B-person", "O", "O", "O", "O", "O"]),
    Tagged(["may", "in", "May"], ["O", "O", "B-person"]),
]


def test_the_gazetteer_takes_the_longest_phrase_that_is_mostly_an_entity() -> None:
    gazetteer = Gazetteer(TEXTS)
    assert gazetteer.tags(["ann", "in", "New", "York"]) == ["B-person", "O", "B-place", "I-place"]
    assert gazetteer.tags(["may", "Bob"]) == ["O", "O"]


def test_the_linear_crf_learns_its_texts() -> None:
    pytest.importorskip("pycrfsuite")
    crf = LinearCrf(TEXTS * 20)
    assert crf.tags(TEXTS[0].words) == TEXTS[0].tags
