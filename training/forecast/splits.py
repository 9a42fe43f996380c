"""A series split in time into training, validation and test part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.forecast.windows import Pairs, fill_gaps, pairs
from seqserve.tabular.series_table import Table
from training.forecast import datasets, metrics
from training.forecast.config import DataSection, NetworkSection

_SEASONS = {"B": 5, "D": 7, "h": 24, "W": 52, "MS": 12, "ME": 12, "QS": 4, "QE": 4}


@dataclass(frozen=True)
class SplitSeries:
    """A series and where its parts begin: training, then `validation`, then `test`.

    Args:
        series: (T, D), gaps filled.
        truth: (T,), the target as it was observed, a gap is NaN.
    """

    series: Floats
    truth: Floats
    target: int
    season: int
    naive_scale: float
    validation: int
    test: int
    description: str

    @property
    def training(self) -> Floats:
        return self.series[: self.validation]

    def pairs(
        self,
        network: NetworkSection,
        first: int = 0,
        end: int | None = None,
        horizon: int | None = None,
        *,
        gaps: bool = False,
    ) -> Pairs:
        """Windows whose targets lie from step `first` up to `end`, with the history they need before that.

        A filled gap is seen, but is no truth to learn from or to be scored on: with `gaps` such a target
        is NaN, without them the window is left out.
        """
        window, usual = network.lengths
        ahead = horizon or usual
        inputs, _ = pairs(self.series[:end], window, ahead, self.target, first)
        _, targets = pairs(self.truth[:end], window, ahead, first=first)
        known = slice(None) if gaps else np.isfinite(targets).all(axis=1)
        return Pairs(inputs[known], targets[known])


def split(table: Table, data: DataSection, network: NetworkSection) -> SplitSeries:
    """Split in time: the last rows test, those before them choose the epoch and calibrate the intervals.

    Raises:
        ValueError: too few rows for a window and a horizon in each part, or nothing to learn in the training part.
    """
    rows = len(table.values)
    default = datasets.DATASETS[data.dataset].test if data.dataset else 0.15
    test = rows - _count(data.test or default, rows)
    validation = test - _count(data.validation or 0.15, test)
    window, horizon = network.lengths
    shortest = window + horizon
    if validation < shortest or min(test - validation, rows - test) < horizon:
        left = max(validation, 0), max(test - validation, 0), rows - test
        raise ValueError(
            f"{rows} rows are too few: {left[0]} to train on, where a window of {window} and a horizon of "
            f"{horizon} need {shortest}, {left[1]} to validate on and {left[2]} to test on"
        )
    unknown = np.isnan(table.values[:validation]).all(axis=0)
    if unknown.any():  # its first value, from a later part, would fill all of this one
        name = table.features[int(np.argmax(unknown))]
        raise ValueError(
            f"column {name} holds no value in the training part, the first {validation} rows; leave it out"
        )
    series, _ = fill_gaps(table.values)
    target = [name.lower() for name in table.features].index((data.target or table.features)[0].lower())
    season = data.season or _SEASONS.get((table.frequency or "").split("-")[0], 1)
    scale = metrics.naive_scale(series[:validation, target], season)
    bounds = [(0, validation), (validation, test), (test, rows)]
    spans = ", ".join(
        f"{name} {end - start} rows{_span(table, start, end)}"
        for name, (start, end) in zip(("training", "validation", "test"), bounds, strict=True)
    )
    found = SplitSeries(
        series, table.values[:, target], target, season, scale, validation, test, f"Split in time: {spans}."
    )
    for part, (start, end) in zip(("training", "validation", "test"), bounds, strict=True):
        if not len(found.pairs(network, start, end).targets):
            raise ValueError(f"the {part} part has no {horizon} steps of {table.features[target]} without a gap")
    return found


def _count(size: float, rows: int) -> int:
    return round(size * rows) if size < 1 else round(size)


def _span(table: Table, start: int, end: int) -> str:
    return "" if table.times is None else f" ({table.times[start]:%Y-%m-%d} to {table.times[end - 1]:%Y-%m-%d})"
