"""The panel of a job: its table, its sizes, and its windows by part."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.registry.artifact import Source
from seqserve.tabular.read_options import ReadOptions
from seqserve.tabular.table import Table
from training.core.download import DataError
from training.core.job import Loaded
from training.forecast import datasets
from training.forecast.config import DataSection, ForecastJob
from training.forecast.panel.candidates.candidate import Part, Setting
from training.forecast.panel.data import defaults, rolling, table
from training.forecast.panel.data.defaults import Sizes
from training.forecast.panel.data.rolling import Parts
from training.forecast.panel.data.table import Columns, Panel

_SHORTEST_PART = 8
"""Steps that are left to train on, beside a season."""


@dataclass(frozen=True)
class Data:
    """A panel, its sizes, and its windows by part."""

    table: Table
    panel: Panel
    sizes: Sizes
    parts: Parts
    setting: Setting
    train: Part
    validation: Part


def load(config: ForecastJob) -> Loaded[Data]:
    """Read the one source of data that the settings name, and split it.

    Raises:
        DataError, ValueError: it cannot be had, is not understood, or is too little.
    """
    section, sizing = config.data, config.network
    read, source, columns = _read(section)
    panel = table.panel(read, columns, section.holidays)
    lengths = [len(series.values) for series in panel.series]
    sizes = defaults.sizes(lengths, read.frequency, section.season or read.season, sizing.horizon, sizing.window)
    shortest = sizes.season + 2 if 1 < sizes.season < 52 else _SHORTEST_PART
    bounds = rolling.bounds(lengths, sizes.horizon, section.test, section.validation, shortest)
    parts = rolling.split(panel.series, bounds, sizes.window, sizes.horizon, sizes.season, config.fit.seed)
    _check(parts, lengths, sizes.horizon)
    scales, said = _scales(panel, parts, sizes.season)
    setting = Setting(
        sizes.periods, _floor(panel), _transforms(panel), bool(panel.calendar), panel.has_covariates, scales
    )
    data = Data(read, panel, sizes, parts, setting, Part(parts.train, setting), Part(parts.validation, setting))
    report = [*read.report, *sizes.said, *said, *_target(columns, section)]
    return Loaded(data, source, _split(panel, parts, sizes), report)


def _read(section: DataSection) -> tuple[Table, Source, Columns]:
    """The table of the one source that is named, and its columns by role.

    Raises:
        DataError: none or several sources are named, or it cannot be had.
    """
    options = ReadOptions(
        time=section.time,
        id=section.id,
        target=section.target,
        features=section.past,
        known=section.known,
        static=section.static,
        decimal=section.decimal,
        day_first=section.day_first,
        skip_rows=section.skip_rows,
        header=section.header,
        sheet=section.sheet,
        frequency=section.frequency,
        timezone=section.timezone,
        wide=section.wide,
        allow_dropped=section.allow_dropped,
    )
    sources = {
        "dataset": section.dataset and partial(datasets.named, section.dataset, section.target),
        "csv": section.csv and partial(datasets.own, section.csv, options),
        "ticker": section.ticker and partial(datasets.ticker, section.ticker, section.target),
    }
    named = [read for read in sources.values() if read]
    if len(named) != 1:
        raise DataError(f"name one source of data, not {len(named)}: {', '.join(f'--{name}' for name in sources)}")
    read, source = named[0]()
    targets = section.target or [read.target]
    return read, source, Columns(targets, section.known, section.past, section.static)


def _check(parts: Parts, lengths: list[int], horizon: int) -> None:
    """Refuse what leaves a part empty."""
    for name in ("train", "validation", "test"):
        if not len(getattr(parts, name)):
            part = {"train": "training"}.get(name, name)
            raise ValueError(
                f"the longest series has {max(lengths)} rows: too few for a horizon of {horizon}, or too many gaps, as "
                f"its {part} part holds no window; give a smaller --horizon, --test or --validation"
            )


def _scales(panel: Panel, parts: Parts, season: int) -> tuple[Floats, list[str]]:
    """What a MASE of 1 is, of each series; where it is 0 the series' own size stands for it."""
    scales = rolling.scales(panel.series, parts.bounds, season)
    repeats = np.isnan(scales)
    for number in np.flatnonzero(repeats):
        values = panel.series[number].values
        moves = np.abs(np.diff(values[np.isfinite(values)]))
        scales[number] = (float(moves.mean()) if len(moves) else 0.0) or float(np.nanmean(np.abs(values))) or 1.0
    if not repeats.any():
        return scales, []
    count = int(repeats.sum())
    which = "the series repeats" if len(panel.series) == 1 else f"{count} of {len(panel.series)} series repeat"
    return scales, [f"{which} exactly, so there is no MASE: errors are divided by the mean step, or the mean, instead"]


def _floor(panel: Panel) -> float:
    """The smallest spread of a window: a hundredth of that of the quietest series; one that never moves has none."""
    spreads = [float(np.nanstd(series.values)) for series in panel.series]
    moving = [spread for spread in spreads if spread > 0]
    return 0.02 * min(moving) if moving else 0.0


def _transforms(panel: Panel) -> tuple[Any, ...]:
    """A logarithm is tried where all values are above 0."""
    positive = all(np.nanmin(series.values) > 0 for series in panel.series)
    return ("none", "log") if positive else ("none",)


def _target(columns: Columns, section: DataSection) -> list[str]:
    if section.target:
        return []
    return [f"{columns.targets[0]} is forecast; --target names another column"]


def _split(panel: Panel, parts: Parts, sizes: Sizes) -> str:
    """The parts in words."""
    first = parts.bounds[int(np.argmax([bound.end for bound in parts.bounds]))]
    begin = first.folds[0] if first.folds else first.test
    whose = "The longest series" if len(panel.series) > 1 else "The series"
    return (
        f"{len(panel.series)} series. {whose} trains on {begin} rows, validates on the next {first.test - begin} and "
        f"is tested on the last {first.end - first.test}. {sizes.horizon} steps ahead are forecast from "
        f"{len(parts.validation)} origins of the validation part and from {len(parts.test)} of the test part."
    )
