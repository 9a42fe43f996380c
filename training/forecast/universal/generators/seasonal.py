"""Shapes of seasons, and what they do over time."""

from __future__ import annotations

import numpy as np

from seqserve.core.arrays import Floats
from training.forecast.universal.generators.noise import ar1, some, uniform


def profiles(rng: np.random.Generator, count: int, season: int) -> Floats:
    """Shapes (count, season) of variance one: harmonic, piecewise linear, ragged, a single peak, or on and off."""
    time = np.arange(season) / season
    shape = np.zeros((count, season))
    for harmonic in range(1, min(6, season // 2 + 1)):
        size = rng.standard_normal((count, 2)) / harmonic ** rng.uniform(0.5, 2)
        angle = 2 * np.pi * harmonic * time
        shape += size[:, :1] * np.sin(angle) + size[:, 1:] * np.cos(angle)
    kind = rng.integers(0, 5, count)
    knots = min(season, int(rng.integers(3, 9)))
    at = np.linspace(0, season, knots + 1)
    heights = rng.standard_normal((count, knots))
    heights = np.concatenate([heights, heights[:, :1]], axis=1)
    linear = np.stack([np.interp(np.arange(season), at, row) for row in heights])
    centre, width = rng.uniform(0, 1, (count, 1)), rng.uniform(0.03, 0.25, (count, 1))
    away = np.abs((time[None, :] - centre + 0.5) % 1 - 0.5)
    peak = np.exp(-0.5 * (away / width) ** 2)
    ragged = rng.standard_normal((count, season))
    on = (away < 2 * width).astype(float) + 0.05 * ragged
    shape = np.select([kind[:, None] == k for k in (1, 2, 3, 4)], [linear, ragged, peak, on], shape)
    shape = shape - shape.mean(axis=1, keepdims=True)
    return np.asarray(shape / np.maximum(shape.std(axis=1, keepdims=True), 1e-6))


def repeated(rng: np.random.Generator, shape: Floats, length: int) -> Floats:
    """A shape over time, from a phase of its own; for some it drifts into another, for some its size varies."""
    count, season = shape.shape
    phase = (rng.integers(0, season, (count, 1)) + np.arange(length)[None, :]) % season
    found = np.take_along_axis(shape, phase, axis=1)
    other = np.take_along_axis(profiles(rng, count, season), phase, axis=1)
    blend = some(rng, count, 0.3) * uniform(rng, count, 0.1, 0.7) * np.linspace(0, 1, length)[None, :]
    cycles = -(-length // season) + 1
    size = 1 + some(rng, count, 0.4) * uniform(rng, count, 0.05, 0.4) * ar1(rng, count, cycles, 0.7)
    size = np.repeat(size, season, axis=1)[:, :length]
    return ((1 - blend) * found + blend * other) * size
