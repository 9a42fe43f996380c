"""Changes to windows that leave them series one may meet: other signs, mixtures, gaps, limits, trends, outliers."""

from __future__ import annotations

import numpy as np

from seqserve.core.arrays import Floats
from training.forecast.universal.generators.noise import log_uniform, some, uniform


def changed(rng: np.random.Generator, values: Floats, ahead: int, mix: float) -> Floats:
    """Windows (N, T), NaN where nothing is known, each changed in none or in some of these ways.

    Args:
        ahead: the last steps, which are forecast: gaps and outliers are put into what comes before.
        mix: the share that another window of the same batch is mixed into.
    """
    count, length = values.shape
    past = length - ahead
    if mix:
        values = _mixed(rng, values, mix)
    values = np.where(some(rng, count, 0.05) > 0, _grown(rng, values), values)
    values = np.where(some(rng, count, 0.03) > 0, _limited(rng, values, past), values)
    values = np.where(some(rng, count, 0.2) > 0, -values, values)
    history = values[:, :past].copy()
    spread = np.nan_to_num(np.nanstd(np.where(np.isfinite(history), history, np.nan), axis=1, keepdims=True) + 0.0)
    out = rng.random(history.shape) < some(rng, count, 0.03) * 0.01
    out[:, -1:] |= rng.random((count, 1)) < 0.008
    history += out * spread * log_uniform(rng, count, 4, 100) * np.sign(rng.standard_normal(history.shape))
    history[rng.random(history.shape) < some(rng, count, 0.06) * uniform(rng, count, 0.01, 0.4)] = np.nan
    begin = rng.integers(0, past, (count, 1))
    hole = (np.arange(past) >= begin) & (np.arange(past) < begin + rng.integers(1, max(past // 5, 2), (count, 1)))
    history[hole & (some(rng, count, 0.04) > 0)] = np.nan
    return np.concatenate([history, values[:, past:]], axis=1)


def averaged(values: Floats, steps: int) -> Floats:
    """A series (T,) of means of so many steps each, the last of them whole."""
    length = len(values) // steps * steps
    return np.asarray(values[len(values) - length :].reshape(-1, steps).mean(axis=1))


def _mixed(rng: np.random.Generator, values: Floats, share: float) -> Floats:
    """Sums of two or three windows, each first brought to the same size; the sum is known where all are.

    Reference:
        Ansari et al., Chronos, 2024 (TSMixup).
    """
    count = len(values)
    mean, spread = _moments(values)
    unit = (values - mean) / spread
    weights = rng.dirichlet([1.5, 1.5, 1.5], count)
    weights[:, 2] *= rng.random(count) < 0.5
    mixture = weights[:, :1] * unit + weights[:, 1:2] * unit[rng.permutation(count)]
    third = weights[:, 2:]
    mixture = mixture + np.where(third > 0, third * unit[rng.permutation(count)], 0.0)
    mixture = mixture / weights.sum(axis=1, keepdims=True) * spread + mean
    return np.where(some(rng, count, share) > 0, mixture, values)


def _moments(values: Floats) -> tuple[Floats, Floats]:
    known = np.isfinite(values)
    number = np.maximum(known.sum(axis=1, keepdims=True), 1)
    filled = np.where(known, values, 0.0)
    mean = filled.sum(axis=1, keepdims=True) / number
    spread = np.sqrt((np.square(filled - mean) * known).sum(axis=1, keepdims=True) / number)
    return mean, np.where(spread > 0, spread, 1.0)


def _grown(rng: np.random.Generator, values: Floats) -> Floats:
    """Growth or decline by a factor over the window."""
    factor = rng.standard_normal((len(values), 1)) * 0.7
    return np.asarray(values * np.exp(factor * np.linspace(-1, 0, values.shape[1])[None, :]))


def _limited(rng: np.random.Generator, values: Floats, past: int) -> Floats:
    """A limit that cuts the highest or the lowest values off."""
    mean, spread = _moments(values[:, :past])
    limit = mean + spread * uniform(rng, len(values), 0.3, 1.5)
    return np.where(rng.random((len(values), 1)) < 0.5, np.minimum(values, limit), np.maximum(values, 2 * mean - limit))
