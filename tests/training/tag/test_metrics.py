from __future__ import annotations

import pytest

from training.tag import metrics
from training.tag.documents import Document, Entity

ACTUAL = [["B-person", "I-person", "O"], ["B-place", "O"]]


def test_an_entity_is_right_if_its_words_and_label_are() -> None:
    found = [["B-person", "O", "O"], ["B-place", "O"]]
    assert metrics.scores(ACTUAL, found) == {"f1": 0.5, "precision": 0.5, "recall": 0.5}
    assert metrics.by_label(ACTUAL, found)["place"] == {"f1": 1, "precision": 1, "recall": 1, "entities": 1}


def test_nothing_found_is_no_error() -> None:
    assert metrics.scores(ACTUAL, [["O"] * 3, ["O"] * 2]) == {"f1": 0, "precision": 0, "recall": 0}


def test_probabilities_that_are_shares_have_no_calibration_error() -> None:
    assert metrics.calibration_error([True, False, True, False], [0.5] * 4) == pytest.approx(0)
    assert metrics.calibration_error([True, True], [0.25, 0.25]) == pytest.approx(0.75)


def test_of_what_is_found_it_is_told_what_is_right() -> None:
    document = Document("Ann met Bob", (Entity(0, 3, "person"),))
    found = (Entity(0, 3, "person"), Entity(8, 11, "person"))
    assert metrics.rights([document], [(found, [0.9, 0.4])]) == ([True, False], [0.9, 0.4])
