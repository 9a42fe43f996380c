"""The baselines that a forecaster must beat."""

from __future__ import annotations

import numpy as np

from seqserve.core.arrays import Floats


def last_value(windows: Floats, horizon: int, target: int) -> Floats:
    """The last value again at every step, (N, L, D) to (N, H)."""
    return np.repeat(windows[:, -1:, target], horizon, axis=1)


def seasonal_naive(windows: Floats, horizon: int, target: int, season: int) -> Floats:
    """The value one season ago, repeated where the horizon is longer, (N, L, D) to (N, H)."""
    latest = windows[:, -season:, target]
    return latest[:, np.arange(horizon) % season]
