"""A panel: one or many series, each with what is known beside it, as numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from seqserve.core.arrays import Floats
from seqserve.forecast.panel.windows import Windows, joined, right_aligned


@dataclass(frozen=True)
class PanelSeries:
    """One series of a panel.

    Args:
        id: of the series, and of the column where several are forecast.
        values: (T,), a gap is NaN.
        known: (T + F, K), encoded; F steps behind the series may be known.
        past: (T, P), encoded.
        static: (S,), encoded.
        calendar: (T + F, Q), all 0 without dates.
        times: of the T steps.
    """

    id: str
    values: Floats
    known: Floats
    past: Floats
    static: Floats
    calendar: Floats
    times: pd.DatetimeIndex | None = None


@dataclass(frozen=True)
class Rolled:
    """Windows of a panel with what came after them.

    Args:
        windows: N of them.
        targets: (N, H), in the user's units; NaN was not observed, or lies in a later part.
        series, origins: (N,), where the first target of each stands.
    """

    windows: Windows
    targets: Floats
    series: np.ndarray
    origins: np.ndarray

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, rows: np.ndarray | slice) -> Rolled:
        return Rolled(self.windows[rows], self.targets[rows], self.series[rows], self.origins[rows])


def both(first: Rolled, second: Rolled) -> Rolled:
    """Windows of two parts together."""
    return Rolled(
        joined([first.windows, second.windows]),
        np.concatenate([first.targets, second.targets]),
        np.concatenate([first.series, second.series]),
        np.concatenate([first.origins, second.origins]),
    )


def roll(panel: list[PanelSeries], places: list[tuple[int, int, int]], window: int, horizon: int) -> Rolled:
    """Windows at given places.

    Args:
        places: series, origin (the step of the first target) and end of the part, behind which no target is shown.
    """
    kept = [place for place in places if _is_usable(panel[place[0]].values, place, window, horizon)]
    rows = [_window(panel[series], origin, window, horizon) for series, origin, _ in kept]
    targets = np.full((len(kept), horizon), np.nan)
    for row, (series, origin, end) in zip(targets, kept, strict=True):
        found = panel[series].values[origin : min(origin + horizon, end)]
        row[: len(found)] = found
    if rows:
        windows = Windows(*(np.stack(parts) for parts in zip(*rows, strict=True)))
    else:
        windows = _window_of_none(panel[0], window, horizon)
    return Rolled(windows, targets, np.array([k[0] for k in kept], int), np.array([k[1] for k in kept], int))


def _is_usable(values: Floats, place: tuple[int, int, int], window: int, horizon: int) -> bool:
    """Whether something is seen and something is to be foretold; half of the latest steps are there at least."""
    _, origin, end = place
    seen = values[max(origin - window, 0) : origin]
    return bool(np.isfinite(seen).mean() >= 0.5 and np.isfinite(values[origin : min(origin + horizon, end)]).any())


def _window(series: PanelSeries, origin: int, window: int, horizon: int) -> tuple[Floats, ...]:
    first = max(origin - window, 0)
    known = series.known[first : origin + horizon]
    missing = horizon - max(len(series.known) - origin, 0)
    if missing > 0:
        known = np.concatenate([known, np.zeros((missing, known.shape[1]))])
    calendar = series.calendar[origin : origin + horizon]
    calendar = np.concatenate([calendar, np.zeros((horizon - len(calendar), calendar.shape[1]))])
    return (
        right_aligned(series.values[first:origin], window),
        right_aligned(known, window + horizon, 0.0),
        right_aligned(series.past[first:origin], window, 0.0),
        series.static,
        calendar,
    )


def _window_of_none(series: PanelSeries, window: int, horizon: int) -> Windows:
    parts = _window(series, len(series.values), window, horizon)
    return Windows(*(np.zeros((0, *part.shape)) for part in parts))
