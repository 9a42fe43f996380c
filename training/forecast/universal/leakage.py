"""Nothing that the forecaster is judged by may stand in what it learns from, under any name, in any unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from seqserve.core.arrays import Floats
from training.forecast.universal.sources import SeriesSet

RUN = 12
"""Values in a row that say two series are the same, each over the first of them, to four digits."""

_DISTINCT = 8  # of them that must differ: counts and constants repeat by chance


def training_part(one: SeriesSet, values: Floats) -> Floats:
    """What may be learned from of a series: all but its last horizon."""
    return values[: max(len(values) - one.horizon, 0)]


def without_leaks(sets: list[SeriesSet]) -> tuple[list[SeriesSet], list[str]]:
    """The sets to train on, each series without its last horizon, and none that shares a run with what is held out.

    Returns:
        The sets, and a line for each in which series were left out.
    """
    held = {key for one in sets for part in _held_out(one) for key in runs(part)}
    kept, report = [], []
    for one in sets:
        if one.use != "train":
            continue
        series = [training_part(one, values) for values in one.series]
        clean = [values for values in series if len(values) >= 4 and held.isdisjoint(runs(values))]
        if len(clean) < len(series):
            report.append(f"{one.name}: {len(series) - len(clean)} of {len(series)} series left out")
        kept.append(SeriesSet(one.name, one.frequency, one.season, one.horizon, one.source, one.licence, clean))
    return kept, report


def _held_out(one: SeriesSet) -> Iterator[Floats]:
    if one.use == "judge":
        yield from one.series
    elif one.use == "train":
        for values in one.series:
            yield values[-(one.horizon + RUN - 1) :]  # each run of these holds at least one value that is held out


def runs(values: Floats) -> Iterable[bytes]:
    """Keys of all runs of a series, the same in any unit."""
    if len(values) < RUN:
        return
    rows = np.lib.stride_tricks.sliding_window_view(values, RUN)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = rows[:, 1:] / rows[:, :1]
    usable = np.isfinite(ratios).all(axis=1)
    digits = np.rint(ratios[usable] * 1e4).clip(-2e9, 2e9).astype(np.int32)
    ordered = np.sort(digits, axis=1)
    distinct = 1 + (np.diff(ordered, axis=1) != 0).sum(axis=1)
    for row in digits[distinct >= _DISTINCT]:
        yield row.tobytes()
