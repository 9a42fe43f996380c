"""A level that walks, a slope that comes and goes, a season and noise: the textbook's series."""

from __future__ import annotations

import numpy as np

from seqserve.core.arrays import Floats
from training.forecast.universal.generators import noise, seasonal
from training.forecast.universal.generators.noise import log_uniform, some, uniform


def sample(rng: np.random.Generator, count: int, length: int, season: int) -> Floats:
    """Series (count, length), each about standard in size."""
    level = some(rng, count, 0.8) * log_uniform(rng, count, 0.005, 0.3) * noise.walk(rng, count, length)
    slope = some(rng, count, 0.5) * log_uniform(rng, count, 0.001, 0.1) * noise.ar1(rng, count, length, 0.97)
    line = some(rng, count, 0.4) * rng.standard_normal((count, 1)) * 3 * np.linspace(0, 1, length)[None, :]
    series = level + np.cumsum(slope, axis=1) * 0.3 + line
    if season > 1:
        shape = seasonal.repeated(rng, seasonal.profiles(rng, count, season), length)
        series = series + some(rng, count, 0.85) * log_uniform(rng, count, 0.1, 3) * shape
    else:
        series = series + some(rng, count, 0.3) * _cycles(rng, count, length)
    size = some(rng, count, 0.95) * log_uniform(rng, count, 0.02, 1)
    rough = np.where(rng.random((count, 1)) < 0.3, noise.ar1(rng, count, length, 0.6), noise.white(rng, count, length))
    return np.asarray(series + size * rough)


def _cycles(rng: np.random.Generator, count: int, length: int) -> Floats:
    """Waves without a fixed length, as of trade or of sunspots."""
    period = log_uniform(rng, count, 5, 40)
    phase = np.cumsum(1 / period * (1 + 0.2 * noise.ar1(rng, count, length, 0.9)), axis=1)
    size = 1 + 0.4 * noise.ar1(rng, count, length, 0.95)
    return uniform(rng, count, 0.3, 2) * size * np.sin(2 * np.pi * (phase + rng.random((count, 1))))
