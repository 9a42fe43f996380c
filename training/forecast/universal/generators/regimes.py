"""Autoregressions that change their ways: ARMA with regimes, pulled back to levels that jump."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from seqserve.core.arrays import Floats
from training.forecast.universal.generators import noise, seasonal
from training.forecast.universal.generators.noise import log_uniform, some


def sample(rng: np.random.Generator, count: int, length: int, season: int) -> Floats:
    """Series (count, length) of one to four regimes, each with a level and a size of noise of its own."""
    shocks = noise.white(rng, count, length)
    radius, angle = rng.uniform(0.2, 0.98), rng.uniform(0, np.pi * 0.6)
    if rng.random() < 0.5:
        coefficients = [1.0, -2 * radius * np.cos(angle), radius**2]
    else:
        coefficients = [1.0, -rng.uniform(-0.3, 0.99)]
    series = noise.standard(np.asarray(lfilter([1.0, rng.uniform(-0.6, 0.6)], coefficients, shocks, axis=1)))
    regime = np.cumsum(rng.random((count, length)) < rng.uniform(0.2, 3) / length, axis=1) % 4
    levels, sizes = rng.standard_normal((count, 4)) * 2, np.exp(0.6 * rng.standard_normal((count, 4)))
    series = series * np.take_along_axis(sizes, regime, axis=1)
    jumps = some(rng, count, 0.6) * np.take_along_axis(levels, regime, axis=1)
    series = series + jumps
    if season > 1:
        shape = seasonal.repeated(rng, seasonal.profiles(rng, count, season), length)
        series = series + some(rng, count, 0.7) * log_uniform(rng, count, 0.2, 3) * shape
    return np.asarray(series)
