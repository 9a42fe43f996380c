"""The windows that forecasters are judged on: a history, and the steps after it that no training may see."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from seqserve.core.arrays import Floats
from training.forecast.universal.evaluation.metrics import naive_scale

MOST_WINDOWS = 60
LONGEST_HISTORY = 3000
SCALE_SEASON = {"m4_weekly": 1}
"""Season of the scale, of the seasonal naive forecast and of the other statistics where it is not the set's own: the
M4 competition counts weekly series as without a season. A pretrained model gets the set's own season."""

_FEWEST_PAIRS = 6  # of values a season apart
_SMALLEST_SCALE = 1e-9  # of the largest value: what rounding leaves of a series that repeats itself
_LARGEST_NAIVE_ERROR = 30  # in units of the scale
_FREQUENCIES = {"Y": "Y", "Q": "Q", "M": "M", "W": "W", "4W": "W", "D": "D", "B": "D", "other": "other"}


class SeriesSet(Protocol):
    """What the judge needs of a set of series."""

    @property
    def name(self) -> str: ...
    @property
    def frequency(self) -> str: ...
    @property
    def season(self) -> int: ...
    @property
    def horizon(self) -> int: ...
    @property
    def use(self) -> str: ...
    @property
    def series(self) -> Sequence[Floats]: ...


@dataclass(frozen=True)
class Window:
    """One forecast to make.

    Args:
        set: name of the set of series.
        history: (T,), oldest first; at most `LONGEST_HISTORY` values, a gap is NaN.
        actual: (H,), the steps after it.
        season: steps in the season that a pretrained model is told.
        scale_season: the same for the scale and for statistics.
        digest: of all of these; no two windows of a set have the same.
    """

    set: str
    history: Floats
    actual: Floats
    season: int
    scale_season: int
    digest: str

    @property
    def scale(self) -> float:
        return naive_scale(self.history, self.scale_season)


def frequency(series_set: SeriesSet) -> str:
    """The row of the table that a set belongs to: Y, Q, M, W, D, sub-daily or other."""
    name = series_set.frequency.partition("-")[0].removesuffix("S").removesuffix("E")
    return _FREQUENCIES.get(name, "sub-daily")


def origins(length: int, season: int, horizon: int, most: int = 3) -> list[int]:
    """Where held-out windows of a series start, latest first.

    One origin, the last horizon; up to `most` in a series of more than 12 horizons and 6 seasons.
    """
    count = most if length > max(12 * horizon, 6 * season) else 1
    return [length - back * horizon for back in range(1, count + 1) if length > back * horizon]


def windows(series_set: SeriesSet, most: int | None = MOST_WINDOWS) -> list[Window]:
    """At most this many windows of a set, in an order that looks random and does not depend on the order of the series.

    Of a set that is trained on only the last horizon of each series is held out, and so there is one origin a series.
    So the first ten are a fair sample of them all. Left out: what is in the set twice, a history shorter than the
    season and six more values, one that repeats itself exactly (a MASE has no scale there), an end that is all gaps,
    and one whose end leaves its history so far behind that the seasonal naive forecast has a MASE above 30: this one
    window would weigh as much as all others (one in a thousand; up to 1,217).
    """
    found = {window.digest: window for series in series_set.series for window in _of_series(series_set, series)}
    return [found[digest] for digest in sorted(found)][:most]


def last_windows(series_set: SeriesSet) -> list[Window]:
    """The last horizon of every series, in the order of the series."""
    return [_window(series_set, series, len(series) - series_set.horizon) for series in series_set.series]


def _of_series(series_set: SeriesSet, series: Floats) -> Iterator[Window]:
    most = 1 if series_set.use == "train" else 3
    for origin in origins(len(series), series_set.season, series_set.horizon, most):
        window = _window(series_set, series, origin)
        if _can_be_scored(window):
            yield window


def _can_be_scored(window: Window) -> bool:
    history, season = window.history, window.scale_season
    known = history[~np.isnan(history)]
    if len(history) < season + _FEWEST_PAIRS or not len(known) or np.isnan(window.actual).all():
        return False
    if not window.scale > _SMALLEST_SCALE * np.abs(known).max():
        return False
    naive = np.resize(history[-season:], len(window.actual))
    errors = np.abs(window.actual - naive)
    known_errors = errors[~np.isnan(errors)]
    return not len(known_errors) or bool(known_errors.mean() <= _LARGEST_NAIVE_ERROR * window.scale)


def _window(series_set: SeriesSet, series: Floats, origin: int) -> Window:
    season = SCALE_SEASON.get(series_set.name, series_set.season)
    values = np.asarray(series, np.float64)
    history = values[max(0, origin - LONGEST_HISTORY) : origin]
    actual = values[origin : origin + series_set.horizon]
    return Window(series_set.name, history, actual, series_set.season, season, _digest(history, actual, season))


def _digest(history: Floats, actual: Floats, season: int) -> str:
    content = hashlib.sha256(history.tobytes())
    content.update(actual.tobytes())
    content.update(f"{season}".encode())
    return f"{content.hexdigest()[:20]}-{len(actual)}"
