"""Prices and other walks: geometric ones, with volatility that clusters, and those pulled to a mean."""

from __future__ import annotations

import numpy as np

from seqserve.core.arrays import Floats
from training.forecast.universal.generators import noise
from training.forecast.universal.generators.noise import log_uniform, some, uniform


def sample(rng: np.random.Generator, count: int, length: int, season: int) -> Floats:
    """Series (count, length); a season is not in them, which is to be learned too."""
    clusters = noise.ar1(rng, count, length, float(rng.uniform(0.9, 0.99)))
    size = np.exp(some(rng, count, 0.7) * uniform(rng, count, 0.2, 1) * clusters)
    steps = size * noise.white(rng, count, length) + some(rng, count, 0.5) * 0.1 * rng.standard_normal((count, 1))
    jumps = (rng.random((count, length)) < 0.01) * rng.standard_normal((count, length)) * 5 * some(rng, count, 0.4)
    walk = np.cumsum((steps + jumps) * log_uniform(rng, count, 0.003, 0.1), axis=1)
    pulled = noise.ar1(rng, count, length, float(rng.uniform(0.9, 0.995))) * log_uniform(rng, count, 0.1, 1)
    series = np.where(rng.random((count, 1)) < 0.3, pulled, walk)
    return np.asarray(np.where(rng.random((count, 1)) < 0.4, np.exp(np.clip(series, -8, 8)), series))
