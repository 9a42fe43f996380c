"""Curves with little noise or none: lines, growth and decay, saturation, waves, saws, squares, constants."""

from __future__ import annotations

import numpy as np

from seqserve.core.arrays import Floats
from training.forecast.universal.generators import noise
from training.forecast.universal.generators.noise import log_uniform, some, uniform


def sample(rng: np.random.Generator, count: int, length: int, season: int) -> Floats:
    """Series (count, length); for half of them not even noise."""
    time = np.linspace(0, 1, length)[None, :]
    phase = np.arange(length)[None, :] / season + rng.random((count, 1))
    slope = rng.standard_normal((count, 1))
    sign = np.sign(slope)
    centre, width = uniform(rng, count, 0, 1.2), log_uniform(rng, count, 0.03, 0.4)
    shapes = [
        slope * 3 * time,
        sign * np.expm1(log_uniform(rng, count, 0.3, 4) * time),
        sign * np.exp(-log_uniform(rng, count, 1, 8) * time),
        sign * 3 / (1 + np.exp(-(time - centre) / width)),
        slope * 3 * (time - centre) ** 2,
        np.zeros((count, length)),
    ]
    kind = rng.integers(0, len(shapes), (count, 1))
    series = np.select([kind == k for k in range(len(shapes))], shapes)
    if season > 1:
        waves = [np.sin(2 * np.pi * phase), phase % 1, (phase % 1 < uniform(rng, count, 0.1, 0.9)).astype(float)]
        pick = rng.integers(0, len(waves), (count, 1))
        wave = np.select([pick == k for k in range(len(waves))], waves)
        series = series + some(rng, count, 0.7) * log_uniform(rng, count, 0.1, 2) * wave
    size = some(rng, count, 0.5) * log_uniform(rng, count, 0.003, 0.1)
    return np.asarray(series + size * noise.white(rng, count, length))
