"""What measuring does to a series: units, growth by percent, counts, rounding, limits, spikes, sensors that stick."""

from __future__ import annotations

import numpy as np

from seqserve.core.arrays import Floats
from training.forecast.universal.generators import noise
from training.forecast.universal.generators.noise import log_uniform, some, uniform


def observed(rng: np.random.Generator, series: Floats, season: int) -> Floats:
    """Series (N, T) as they would be recorded, each in one of these ways and with a fault for some."""
    count = len(series)
    kind = rng.random((count, 1))
    plain = noise.standard(series)
    grown = np.exp(np.clip(plain * log_uniform(rng, count, 0.05, 1), -12, 12))
    cut = np.maximum(plain + uniform(rng, count, -0.5, 1.5), 0)
    size = log_uniform(rng, count, 2, 3000)
    counted = np.rint(size * np.exp(np.clip(plain * uniform(rng, count, 0.1, 0.8), -6, 3)))
    offset = plain + np.sign(rng.standard_normal((count, 1))) * log_uniform(rng, count, 0.5, 100)
    series = np.select([kind < 0.35, kind < 0.43, kind < 0.53, kind < 0.85], [grown, cut, counted, offset], plain)
    series = np.where(some(rng, count, 0.1) > 0, _rounded(rng, series), series)
    series = np.where(some(rng, count, 0.04) > 0, _limited(rng, series), series)
    series = np.where(some(rng, count, 0.05) > 0, _sticking(rng, series), series)
    return np.where(some(rng, count, 0.12) > 0, _spiked(rng, series), series)


def _rounded(rng: np.random.Generator, series: Floats) -> Floats:
    step = series.std(axis=1, keepdims=True) / log_uniform(rng, len(series), 1, 30) + 1e-9
    return np.asarray(np.rint(series / step) * step)


def _limited(rng: np.random.Generator, series: Floats) -> Floats:
    """A scale that ends: values above or below a quantile stand at it."""
    low = np.quantile(series, rng.uniform(0, 0.3), axis=1, keepdims=True)
    high = np.quantile(series, rng.uniform(0.7, 1.0), axis=1, keepdims=True)
    return np.clip(series, low, high)


def _sticking(rng: np.random.Generator, series: Floats) -> Floats:
    """A sensor that now and then answers its last value for a while."""
    count, length = series.shape
    stuck = (noise.ar1(rng, count, length, 0.9) > uniform(rng, count, 1.2, 2.5)) & (np.arange(length) > 0)
    last = np.maximum.accumulate(np.where(stuck, 0, np.arange(length)[None, :]), axis=1)
    return np.take_along_axis(series, last, axis=1)


def _spiked(rng: np.random.Generator, series: Floats) -> Floats:
    """Outliers, rare, for some series also among the last steps."""
    count, length = series.shape
    spread = series.std(axis=1, keepdims=True) + 1e-9
    hit = rng.random((count, length)) < uniform(rng, count, 0.002, 0.03)
    last = rng.integers(0, length, (count, 1)) == np.arange(length)[None, :]
    size = spread * log_uniform(rng, count, 3, 60) * np.sign(rng.standard_normal((count, 1)))
    return np.asarray(series + (hit | last) * size * rng.uniform(0.3, 1, (count, length)))
