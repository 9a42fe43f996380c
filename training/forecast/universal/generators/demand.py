"""Demand: counts that are often zero, in lots, with seasons, launches and ends."""

from __future__ import annotations

import numpy as np

from seqserve.core.arrays import Floats
from training.forecast.universal.generators import noise, seasonal
from training.forecast.universal.generators.noise import log_uniform, some, uniform


def sample(rng: np.random.Generator, count: int, length: int, season: int) -> Floats:
    """Series (count, length) of zeros and whole numbers."""
    rate = np.log(log_uniform(rng, count, 0.03, 30)) + some(rng, count, 0.6) * 0.1 * noise.walk(rng, count, length)
    if season > 1:
        shape = seasonal.repeated(rng, seasonal.profiles(rng, count, season), length)
        rate = rate + some(rng, count, 0.7) * uniform(rng, count, 0.1, 1) * shape
    rate = rate + some(rng, count, 0.3) * 0.7 * noise.ar1(rng, count, length, 0.8)
    mean = np.exp(np.clip(rate, -6, 8))
    spread = log_uniform(rng, count, 0.3, 20)  # of a gamma-Poisson: small is wild
    wild = rng.poisson(np.minimum(mean * rng.gamma(spread, 1 / spread, (count, length)), 1e6))
    lots = rng.geometric(uniform(rng, count, 0.2, 1), (count, length))
    steady = some(rng, count, 0.3)
    series = np.where(steady > 0, (rng.random((count, length)) < np.minimum(mean, 0.9)) * lots, wild)
    begins = some(rng, count, 0.15) * rng.integers(0, max(length // 2, 1), (count, 1))
    return np.where(np.arange(length)[None, :] < begins, 0, series).astype(np.float64)
