"""Calibration of a classifier: the temperature of its probabilities."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from training.sentiment.metrics import Classes, Rows


def temperature(actual: Classes, outputs: Rows) -> float:
    """What the outputs (N, C) are divided by for the least log loss, between 0.5 and 10.

    A validation part without an error would ask for 0, which is more certainty than it can give reason for.
    """

    def loss(log_temperature: float) -> float:
        log_probabilities = log_softmax(outputs / np.exp(log_temperature), axis=1)
        return -float(log_probabilities[np.arange(len(actual)), actual].mean())

    least = minimize_scalar(loss, bounds=(np.log(0.5), np.log(10)), method="bounded")
    return float(np.exp(least.x))
