"""Prediction intervals by split conformal, each horizon step with quantiles of its own.

Reference:
    Lei et al., Distribution-Free Predictive Inference for Regression, JASA 2018.
"""

from __future__ import annotations

import math

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.forecast.window_forecaster import WindowForecaster
from seqserve.forecast.windows import Pairs

LEVELS = (50, 60, 70, 80, 90, 95, 99)
_ENOUGH = 20
"""Windows that a horizon step is calibrated on at least: 95% needs 19."""


def longest_horizon(own: int, steps: int, window: int, features: int) -> int:
    """How far ahead a model may forecast: recursively, as long as its window holds an observation and
    its calibration part of `steps` holds enough forecasts that far to take quantiles of."""
    if features > 1:
        return own
    return max(own, min(window, steps - _ENOUGH + 1))


def calibrate(forecaster: WindowForecaster, part: Pairs, horizon: int) -> dict[str, list[float]]:
    """Half the width of the interval of each level at each step, in spreads of the window.

    Args:
        part: windows of the calibration part with the one step behind each, (N, L, D) and (N, 1), one
            for every step of the part; an unknown target is NaN.
        horizon: steps to calibrate.

    Returns:
        Level to `horizon` numbers, for the levels that the number of windows allows.
    """
    ahead = forecaster.forecast(part.inputs, np.full(len(part.inputs), horizon))
    spread = forecaster.spread(part.inputs)
    actual = part.targets[:, 0]
    quantiles: dict[str, list[float]] = {str(level): [] for level in LEVELS}
    for step in range(horizon):
        windows = len(actual) - step
        residuals = np.abs(actual[step:] - ahead[:windows, step]) / spread[:windows]
        residuals = np.sort(residuals[np.isfinite(residuals)])
        count = len(residuals)
        for level in LEVELS:
            rank = math.ceil((count + 1) * level / 100)
            if rank <= count:
                quantiles[str(level)].append(float(residuals[rank - 1]))
    return {level: steps for level, steps in quantiles.items() if len(steps) == horizon}


def coverage(forecaster: WindowForecaster, part: Pairs, predicted: Floats) -> dict[str, list[float]]:
    """The share of actual values inside each level's interval, a number a horizon step.

    Args:
        predicted: (N, H), in the user's units as the targets of the part.
    """
    spread = forecaster.spread(part.inputs)[:, np.newaxis]
    error = np.abs(part.targets - predicted)
    return {
        level: (error <= np.array(steps)[: error.shape[1]] * spread).mean(axis=0).tolist()
        for level, steps in forecaster.config.quantiles.items()
    }
