"""The temperature that calibrates a classifier."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax

from training.sentiment import calibration


def test_the_temperature_brings_back_the_scale_of_the_outputs() -> None:
    random = np.random.default_rng(0)
    outputs = random.normal(size=(20_000, 3))
    shares = softmax(outputs, axis=1)
    actual = (random.random((len(outputs), 1)) > shares.cumsum(axis=1)).sum(axis=1).astype(np.int32)
    assert calibration.temperature(actual, 3 * outputs) == pytest.approx(3, rel=0.05)


def test_the_shares_of_two_models_follow_what_each_knows() -> None:
    random = np.random.default_rng(0)
    actual = random.integers(0, 3, 4000).astype(np.int32)
    knows = 2.0 * np.eye(3)[actual] + random.gumbel(size=(4000, 3))
    noise = 5 * random.normal(size=(4000, 3))
    first, second = calibration.shares(actual, knows, noise)
    assert first > 5 * second
    both = calibration.calibrated_loss(actual, first * knows + second * noise)
    assert both <= calibration.calibrated_loss(actual, knows + noise)


def test_weights_count_a_text_as_if_it_were_there_so_many_times() -> None:
    random = np.random.default_rng(0)
    outputs, actual = random.normal(size=(300, 3)), random.integers(0, 3, 300).astype(np.int32)
    repeated = np.repeat(np.arange(300), np.arange(300) % 3)
    weighed = calibration.temperature(actual, outputs, np.arange(300) % 3.0)
    assert weighed == pytest.approx(calibration.temperature(actual[repeated], outputs[repeated]), rel=1e-3)


def test_too_few_texts_cannot_calibrate() -> None:
    targets = np.eye(2)[np.arange(60) % 2]
    assert calibration.unseen_temperature(targets[:40], targets[:40], several=False) is None
    assert calibration.unseen_temperature(targets, targets, several=False) is not None


@pytest.mark.parametrize("several", [False, True])
def test_outputs_that_are_too_sure_of_themselves_are_cooled(several: bool) -> None:
    random = np.random.default_rng(0)
    outputs = random.normal(size=(5000, 2))
    chances = 1 / (1 + np.exp(-outputs)) if several else softmax(outputs, axis=1)
    drawn = random.random(outputs.shape) < chances
    targets = drawn.astype(float) if several else np.eye(2)[drawn[:, 1].astype(int)]
    assert calibration.unseen_temperature(targets, 4 * outputs, several) == pytest.approx(4, rel=0.1)


def test_a_threshold_has_the_best_f1_and_a_rare_label_one_half() -> None:
    probabilities = np.linspace(0.01, 0.99, 99)[:, np.newaxis].repeat(3, axis=1)
    targets = np.stack([probabilities[:, 0] > 0.3, probabilities[:, 0] > 0.8, probabilities[:, 0] > 0.96], axis=1)
    assert calibration.thresholds(targets.astype(float), probabilities) == pytest.approx([0.305, 0.805, 0.5])
