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
