"""Levels and slopes that break, early or in the last steps, with and without noise."""

from __future__ import annotations

import numpy as np

from seqserve.core.arrays import Floats
from training.forecast.universal.generators import noise, seasonal
from training.forecast.universal.generators.noise import log_uniform, some


def sample(rng: np.random.Generator, count: int, length: int, season: int) -> Floats:
    """Series (count, length) with one to three breaks, half of them in the last fifth."""
    time = np.arange(length)[None, :]
    series = np.zeros((count, length))
    for _ in range(int(rng.integers(1, 4))):
        late = rng.random((count, 1)) < 0.5
        at = np.where(late, rng.uniform(0.75, 1.0, (count, 1)), rng.uniform(0, 1, (count, 1))) * length
        behind = time >= at
        series += behind * some(rng, count, 0.7) * rng.standard_normal((count, 1)) * 3
        series += np.maximum(time - at, 0) / length * some(rng, count, 0.4) * rng.standard_normal((count, 1)) * 5
    if season > 1:
        shape = seasonal.repeated(rng, seasonal.profiles(rng, count, season), length)
        series = series + some(rng, count, 0.6) * log_uniform(rng, count, 0.1, 2) * shape
    size = some(rng, count, 0.9) * log_uniform(rng, count, 0.01, 0.7)
    return np.asarray(series + size * noise.white(rng, count, length))
