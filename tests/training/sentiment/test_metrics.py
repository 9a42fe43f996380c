"""Scores of classifiers, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from training.sentiment import metrics


def test_scores_by_hand() -> None:
    actual = np.array([0, 0, 1, 1], dtype=np.int32)
    probabilities = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.3, 0.7]])
    found = metrics.scores(actual, probabilities)
    assert found["accuracy"] == 0.75
    assert found["macro_f1"] == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert found["log_loss"] == pytest.approx(-np.log([0.9, 0.4, 0.8, 0.7]).mean())


def test_calibration_error_by_hand() -> None:
    actual = np.array([0, 0, 0, 1], dtype=np.int32)
    probabilities = np.tile([0.9, 0.1], (4, 1))
    assert metrics.calibration_error(actual, probabilities) == pytest.approx(0.15)  # 0.9 sure, 0.75 right


def test_a_text_of_several_labels_is_right_only_with_all_of_them() -> None:
    targets = np.array([[1.0, 1], [1, 0], [0, 0], [0, 1]])
    probabilities = np.array([[0.9, 0.4], [0.6, 0.2], [0.1, 0.1], [0.55, 0.9]])
    found = metrics.scores_of_several(targets, probabilities, [0.5, 0.3])
    assert found["accuracy"] == 0.75
    assert found["macro_f1"] == pytest.approx((0.8 + 1) / 2)
    likely = [0.9, 0.4, 0.6, 0.8, 0.9, 0.9, 0.45, 0.9]
    assert found["log_loss"] == pytest.approx(-np.log(likely).mean())
