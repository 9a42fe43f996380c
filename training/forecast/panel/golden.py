"""Golden examples of a model of a panel: queries that a version must answer alike wherever it serves."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqserve.forecast.panel.predictor import PanelForecaster
from seqserve.tabular.table import Table
from training.forecast.panel.data.series import PanelSeries
from training.forecast.panel.data.table import Panel

_MOST = 2
"""Queries: of the first and of the last series."""


def queries(predictor: PanelForecaster, panel: Panel, table: Table) -> list[dict[str, Any]]:
    """The latest window of some series, with a gap in it."""
    numbers = sorted({0, len(panel.series) - 1})[:_MOST]
    return [_query(predictor, panel.series[number], table) for number in numbers]


def _query(predictor: PanelForecaster, series: PanelSeries, table: Table) -> dict[str, Any]:
    config = predictor.config
    last = int(np.flatnonzero(np.isfinite(series.values))[-1]) + 1
    first = max(last - config.window, 0)
    values: list[float | None] = [None if np.isnan(value) else float(value) for value in series.values[first:last]]
    if len(values) > 4 and sum(value is None for value in values) < len(values) // 3:
        values[-3] = None
    query: dict[str, Any] = {"values": values, "horizon": config.horizon, "levels": [80, 95], "quantiles": [0.1, 0.5]}
    if series.times is not None and table.frequency is not None:
        query |= {"end": series.times[last - 1].isoformat(), "frequency": table.frequency}
    steps = len(values)
    numbers = [one.mean if one.categories is None else (one.categories or [""])[0] for one in config.known]
    if config.known:
        names = [one.name for one in config.known]
        query["known"] = {name: [value] * (steps + config.horizon) for name, value in zip(names, numbers, strict=True)}
    if config.past:
        query["past"] = {one.name: [one.mean] * steps for one in config.past}
    if config.static:
        query["static"] = {one.name: one.mean if one.categories is None else one.categories[0] for one in config.static}
    return query
