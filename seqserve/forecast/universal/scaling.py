"""The place and the spread of a window, so that networks see every series in the same units."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from seqserve.core.arrays import Floats

CLIP = 15.0
"""Scaled values further out are held here."""

_TINY = 1e-12


class Scaled(NamedTuple):
    """Scaled windows.

    Args:
        x: (N, T), 0 where nothing is known.
        known: (N, T), 1 where a value is known, else 0.
        place, spread: (N,), in the units of the series.
    """

    x: Floats
    known: Floats
    place: Floats
    spread: Floats


def scale(values: Floats, season: int) -> Scaled:
    """Scale windows by the mean of their last season and by their spread, neither moved by single outliers.

    Shape:
        values (N, T), right-aligned, NaN where nothing is known.
    """
    known = np.isfinite(values).astype(np.float64)
    recent = values[:, -max(season, 6) :]
    wide = values[:, -max(2 * season, 64) :]
    low, high = _fences(wide)
    held = np.clip(wide, low[:, None], high[:, None])
    with np.errstate(invalid="ignore"):
        place = _mean(np.clip(recent, low[:, None], high[:, None]))
    place = np.where(np.isfinite(place), place, _mean(held))
    place = np.where(np.isfinite(place), place, _mean(values))
    place = np.where(np.isfinite(place), place, 0.0)
    centred = held - place[:, None]
    mean = _mean(centred)
    deviation = np.sqrt(np.maximum(_mean(np.square(centred - mean[:, None])), 0.0))
    steps = np.abs(np.diff(wide, axis=1))
    (large,) = _quantiles(steps, 0.95)
    steps = np.minimum(steps, 2 * large[:, None])
    floor = _or_zero(0.2 * _mean(steps))
    size = np.abs(place)
    spread = np.maximum(np.maximum(_or_zero(deviation), floor), _TINY * size)
    # One value alone, or none that differ, says nothing of a spread.
    alone = known.sum(axis=1) < 2
    spread = np.where(alone, 0.1 * size, spread)
    spread = np.where(spread > 0, spread, 1.0)
    x = _or_zero((values - place[:, None]) / spread[:, None])
    return Scaled(np.clip(x, -CLIP, CLIP), known, place, spread)


def _fences(values: Floats) -> tuple[Floats, Floats]:
    """Where single outliers are held: three ranges of the middle nine tenths outside these."""
    low, high = _quantiles(values, 0.05, 0.95)
    reach = 3 * (high - low)
    # Nine tenths that are all the same, as of rare demand, say nothing of what lies beyond them.
    reach = np.where(reach > 0, reach, np.inf)
    return low - reach, high + reach


def _quantiles(values: Floats, *shares: float) -> list[Floats]:
    """Quantiles of what is known in each row, the nearest value; NaN where nothing is."""
    if not values.shape[1]:
        return [np.full(len(values), np.nan) for _ in shares]
    ordered = np.sort(values, axis=1)  # NaN last
    most = np.maximum(np.isfinite(values).sum(axis=1) - 1, 0)
    rows = np.arange(len(values))
    return [ordered[rows, np.rint(share * most).astype(int)] for share in shares]


def _or_zero(values: Floats) -> Floats:
    """0 where nothing is known."""
    return np.where(np.isnan(values), 0.0, values)


def _mean(values: Floats) -> Floats:
    """Of what is known in each row; NaN where nothing is."""
    known = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, values, 0.0).sum(axis=1) / known.sum(axis=1))
