"""What windows are less their season: levels, slopes and what else continues them, of all windows at once."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from seqserve.core.arrays import Floats
from seqserve.forecast.universal import profile
from seqserve.forecast.universal.profile import Profile

WINDOW = 128
"""Steps that levels and slopes are read off."""

ALPHAS = (0.5, 0.2, 0.04)
"""Of simple exponential smoothing, in the order of `Levels.means`."""

MEMORIES = (0.8, 0.95, 1.0)
"""Weight of a step over that of the next one, in the order of `Levels.starts` and `Levels.slopes`."""

_TIME = np.arange(1 - WINDOW, 1).astype(np.float64)  # of the window's steps; 0 is the last one known
_STEPS = _TIME.astype(int)
_SMOOTHING = np.stack([(1 - alpha) ** -_TIME for alpha in ALPHAS], axis=1)
_FADING = np.stack([memory**-_TIME for memory in MEMORIES], axis=1)
_FIRST, _SECOND = _FADING * _TIME[:, None], _FADING * np.square(_TIME)[:, None]
_OF_KNOWN = np.concatenate([_SMOOTHING, _FADING, _FIRST, _SECOND], axis=1)
_OF_REST = np.concatenate([_SMOOTHING, _FADING, _FIRST], axis=1)

_Rows = TypeVar("_Rows", bound=tuple[Any, ...])


class Levels(NamedTuple):
    """Windows less their season, and what continues them.

    Args:
        season: the profile that was taken off.
        rest, known: (N, WINDOW); the rest is 0 where nothing is known.
        last: (N,), the last value that is known.
        means: (N, 3), by simple exponential smoothing.
        starts, slopes: (N, 3), lines through the window, at its last step.
        drift: (N,), the mean change a step between the first and the last value.
    """

    season: Profile
    rest: Floats
    known: Floats
    last: Floats
    means: Floats
    starts: Floats
    slopes: Floats
    drift: Floats


def of(x: Floats, known: Floats, season: Profile) -> Levels:
    """The levels of windows (N, T), right-aligned, `known` 1 where there is a value, else 0."""
    there = latest(known)
    rest = less(latest(x), there, season)
    weights, sums = there @ _OF_KNOWN, rest @ _OF_REST
    means = sums[:, :3] / np.maximum(weights[:, :3], 1e-12)
    # Weighted least squares from sums; a slope is shrunk where there is little to see it by.
    total, first, second = weights[:, 3:6], weights[:, 6:9], weights[:, 9:]
    size = np.maximum(total, 1e-12)
    time, mean = first / size, sums[:, 3:6] / size
    spread = second - 2 * time * first + np.square(time) * total
    covariance = sums[:, 6:] - mean * first - time * sums[:, 3:6] + time * mean * total
    slopes = covariance / (spread + 1e-3 + (size < 2.5))
    rows = np.arange(len(there))
    begin, end = there.argmax(axis=1), WINDOW - 1 - there[:, ::-1].argmax(axis=1)
    last = rest[rows, end]
    drift = (last - rest[rows, begin]) / np.maximum(end - begin, 1)
    return Levels(season, rest, there, last, means, mean - slopes * time, slopes, drift)


def less(rest: Floats, known: Floats, season: Profile) -> Floats:
    """A window (N, WINDOW) less a season."""
    return np.asarray((rest - season.along(_STEPS)) * known)


def smoothed(rest: Floats, known: Floats) -> Floats:
    """The means of windows (N, WINDOW) by simple exponential smoothing, (N, 3)."""
    return np.asarray((rest @ _SMOOTHING) / np.maximum(known @ _SMOOTHING, 1e-12))


def median(of: Levels, width: int) -> Floats:
    """The median of the last values that are known among `width`, (N,)."""
    recent = np.where(of.known[:, -width:] > 0, of.rest[:, -width:], np.nan)
    ordered = np.sort(recent, axis=1)
    count = of.known[:, -width:].sum(axis=1).astype(int)
    middle = ordered[np.arange(len(count)), np.maximum(count - 1, 0) // 2]
    return np.where(count > 0, middle, of.last)


def rows(of: _Rows, chosen: slice | npt.NDArray[np.intp]) -> _Rows:
    """Some of the rows of a named tuple of arrays."""
    make: Any = type(of)
    found: _Rows = make(*(rows(part, chosen) if isinstance(part, tuple) else part[chosen] for part in of))
    return found


def latest(columns: Floats) -> Floats:
    """The last WINDOW columns of (N, T) as (N, WINDOW), zeros before them where there are fewer."""
    return profile.widened(columns, WINDOW)
