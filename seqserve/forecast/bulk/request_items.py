"""A table of series as the items of a forecast request, and what was understood of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from seqserve.forecast.bulk import queries
from seqserve.forecast.bulk.queries import Takes, Wanted
from seqserve.forecast.predictor import ForecastQuery
from seqserve.tabular import series_table
from seqserve.tabular.files.header import NoHeaderError
from seqserve.tabular.read_options import ReadOptions
from seqserve.tabular.table import Series, Table


def of_file(name: str, content: bytes, options: ReadOptions, forecaster: Takes, horizon: int) -> dict[str, Any]:
    """What is understood of a file, its series as a request to a forecaster has them, and the times of each.

    Unlike the commands, it takes a table without names above its columns, and another column where that of a model with
    one feature is not there.

    Args:
        name: of the file, for messages; a series without an id has that of the column that is forecast.
        horizon: steps ahead of which covariates and times are wanted.

    Returns:
        `series`, whose values may be NaN for a gap, and `times`, a list of T + H for each or none; and `rows`,
        `dropped`, `columns` (name to role), `target`, `frequency`, `season`, `notes`.

    Raises:
        ValueError: the file is refused; the message says why, and which option decides it.
    """
    said = queries.columns(forecaster, options)
    try:
        frame = series_table.parse(name, content, said)
    except NoHeaderError:
        if options.header is not None:
            raise
        said = replace(said, header=False)  # the answer says so
        frame = series_table.parse(name, content, said)
    if not options.target and len(forecaster.features) == 1 and not _has(frame, forecaster.target):
        said = replace(said, target=[])  # it may be called otherwise here
    table = series_table.clean(frame, said, name)
    asked = list(queries.queries(table, forecaster, table.target, Wanted(horizon)))
    return {
        "rows": table.rows,
        "dropped": table.dropped,
        "columns": table.columns,
        "target": table.target,
        "frequency": table.frequency,
        "season": table.season,
        "notes": table.report,
        "series": [_item(query) for query, _ in asked],
        "times": _times(table, [series for _, series in asked], horizon),
    }


def _times(table: Table, asked: list[Series], horizon: int) -> list[list[str] | None]:
    """The times of each series and of the steps behind it; most series of a table have the same."""
    found: dict[bytes, list[str] | None] = {}
    keys = [b"" if series.times is None else series.times.asi8.tobytes() for series in asked]
    for key, series in zip(keys, asked, strict=True):
        if key not in found:
            found[key] = queries.times(table, series, horizon)
    return [found[key] for key in keys]


def _has(frame: pd.DataFrame, column: str) -> bool:
    return any(str(found).strip().casefold() == column.casefold() for found in frame.columns)


def _item(query: ForecastQuery) -> dict[str, Any]:
    """A query as an item of a request; what it does not say is left out."""
    fields = ("end", "frequency", "season", "known", "past", "static")
    said = {field: getattr(query, field) for field in fields}
    return {"id": query.id, "values": query.values, **{field: value for field, value in said.items() if value}}
