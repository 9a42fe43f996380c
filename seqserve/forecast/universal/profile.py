"""The shape of a season, as the mean of its last cycles."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from seqserve.core.arrays import Floats

CYCLES = 10
_AGE = 0.75  # weight of a cycle over that of the next one


class Profile(NamedTuple):
    """The shape of a season.

    Args:
        shape: (N, m), by phase; phase 0 is that of the first step ahead. Zeros without two cycles.
        strength: (N,), the share of the variance that the shape explains, 0 to 1.
    """

    shape: Floats
    strength: Floats

    def along(self, steps: np.ndarray) -> Floats:
        """The shape at steps (H,), of which 1 is the first step ahead, 0 the last one known."""
        return self.shape[:, (steps - 1) % self.shape.shape[1]]


def of(x: Floats, known: Floats, season: int, cycles: int = CYCLES, smooth: int = 1) -> Profile:
    """The profile of windows, each cycle less its mean and the slope from cycle to cycle.

    Args:
        cycles: that are looked at, the last ones.
        smooth: steps that a shape is averaged over, an odd number.

    Shape:
        x, known (N, T), right-aligned.
    """
    rows, length = x.shape
    count = min(cycles, -(-length // season))
    if season < 2 or count < 2:
        return Profile(np.zeros((rows, max(season, 1))), np.zeros(rows))
    x, known = widened(x, count * season), widened(known, count * season)
    values = x.reshape(rows, count, season)
    there = known.reshape(rows, count, season)
    share = there.mean(axis=2)
    usable = share >= 0.5
    there = there * usable[:, :, None]
    means = (values * there).sum(axis=2) / np.maximum(there.sum(axis=2), 1)
    both = usable[:, 1:] & usable[:, :-1]
    slope = (np.diff(means, axis=1) * both).sum(axis=1) / np.maximum(both.sum(axis=1), 1) / season
    phase = np.arange(season) - (season - 1) / 2
    detrended = (values - means[:, :, None] - slope[:, None, None] * phase) * there
    weights = there * (_AGE ** np.arange(count)[::-1])[None, :, None]
    shape = (detrended * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-12)
    if smooth > 1:
        shape = _smoothed(shape, smooth)
    shape -= shape.mean(axis=1, keepdims=True)
    complete = usable.sum(axis=1)
    total = np.square(detrended).sum(axis=(1, 2))
    rest = (np.square(detrended - shape[:, None]) * there).sum(axis=(1, 2))
    clear = (complete >= 2) & (total > 1e-12)
    strength = 1 - complete / np.maximum(complete - 1, 1) * rest / np.where(clear, total, 1.0)
    strength = np.where(clear, np.clip(strength, 0, 1), 0.0)
    return Profile(shape * np.sqrt(strength)[:, None], strength)


def widened(columns: Floats, width: int, filler: float = 0.0) -> Floats:
    """The last `width` columns of (N, T) as (N, width), with `filler` before them where there are fewer."""
    missing = width - columns.shape[1]
    if missing <= 0:
        return columns[:, -width:]
    found = np.full((len(columns), width), filler)
    found[:, missing:] = columns
    return found


def _smoothed(shape: Floats, width: int) -> Floats:
    half = width // 2
    around = np.concatenate([shape[:, -half:], shape, shape[:, :half]], axis=1)
    sums = np.cumsum(np.pad(around, ((0, 0), (1, 0))), axis=1)
    return np.asarray((sums[:, width:] - sums[:, :-width]) / width)
