"""Scores and calibration of classifiers, by hand and where they must agree with what is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax

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


def test_the_temperature_brings_back_the_scale_of_the_outputs() -> None:
    random = np.random.default_rng(0)
    outputs = random.normal(size=(20_000, 3))
    shares = softmax(outputs, axis=1)
    actual = (random.random((len(outputs), 1)) > shares.cumsum(axis=1)).sum(axis=1).astype(np.int32)
    assert metrics.temperature(actual, 3 * outputs) == pytest.approx(3, rel=0.05)


@pytest.mark.parametrize("classes", [2, 3])
def test_a_bag_of_bigrams_learns_pairs_that_single_words_do_not_tell(classes: int) -> None:
    texts = [["not good", "not bad", "so good", "so bad"][number % 4] for number in range(80)]
    actual = np.array([[0, 1, 1, 0][number % 4] for number in range(80)], dtype=np.int32)
    if classes == 3:
        texts += ["plain fare"] * 20
        actual = np.append(actual, np.full(20, 2, dtype=np.int32))
    found = metrics.bag_of_bigrams(texts, actual, texts)
    assert found.shape == (len(texts), classes)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (found.argmax(axis=1) == actual).all()


def test_the_majority_class_is_its_share() -> None:
    found = metrics.majority(np.array([0, 0, 0, 2], dtype=np.int32), rows=2, classes=3)
    assert found.tolist() == [[0.75, 0, 0.25]] * 2
