"""`python -m seqserve look FILE`: prints how a table of series is read, and why."""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seqserve.tabular import read_options

if TYPE_CHECKING:  # pandas takes a third of a second
    from seqserve.tabular.table import Series, Table

_SHOWN = 10  # columns that have no part in it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `FILE`, `--json` and the flags of the reader."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="CSV, TSV, XLSX, Parquet or JSON Lines, or one in .gz or .zip"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    read_options.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Print what was understood; the exit status is 1 where the file is refused, which `--json` says as `error`.

    Raises:
        ValueError: it is refused, without `--json`.
        OSError: there is no such file, without `--json`.
    """
    from seqserve.tabular import series_table  # pandas takes a third of a second

    try:
        table = series_table.read(options.file, read_options.from_arguments(options))
    except (ValueError, OSError) as error:
        if not options.json:
            raise
        print(json.dumps({"error": str(error)}))
        return 1
    if options.json:
        print(json.dumps(as_json(table), ensure_ascii=not (sys.stdout.encoding or "").lower().startswith("utf")))
    else:
        print(as_text(table))
    return 0


def as_json(table: Table) -> dict[str, Any]:
    """What was understood. `time` and `id` are lists of columns or null; `first` and `last` are of the first series."""
    series = table.series[0]
    return {
        "rows": table.rows,
        "dropped": table.dropped,
        "time": table.time or None,
        "id": table.ids or None,
        "target": table.target,
        "series": len(table.series),
        "frequency": table.frequency,
        "season": table.season,
        "first": _at(series, 0),
        "last": _at(series, -1),
        "notes": table.report,
    }


def as_text(table: Table) -> str:
    """The same for a reader, with a line for each column."""
    series = table.series[0]
    lines = [f"{table.rows} rows, {table.dropped} of them not used; {_counted(table)}"]
    unused = [column for column, role in table.columns.items() if role == "not used"]
    width = max((len(column) for column in table.columns), default=0)
    lines += [
        f"  {column:{min(width, 30)}}  {role}"
        for column, role in table.columns.items()
        if role != "not used" or column in unused[:_SHOWN]
    ]
    lines += [f"  and {len(unused) - _SHOWN} more that are not used"] * (len(unused) > _SHOWN)
    steps = table.steps.words if table.steps is not None else "irregular" if series.times is not None else "not known"
    lines.append(f"steps: {steps}{f' ({table.frequency})' if table.frequency else ''}; season: {table.season}")
    for word, at in (("first", 0), ("last", -1)):
        stamp, value = _at(series, at)
        lines.append(f"{word}: {stamp or 'no time'}  {'gap' if value is None else value}")
    return "\n".join([*lines, *(f"- {note}" for note in table.report)])


def _counted(table: Table) -> str:
    count = len(table.series)
    lengths = sorted(len(series.values) for series in table.series)
    if count == 1:
        return f"1 series of {lengths[0]} steps"
    return f"{count} series of {lengths[0]} to {lengths[-1]} steps"


def _at(series: Series, at: int) -> list[Any]:
    value = float(series.values[at, 0])
    time = None
    if series.times is not None:
        days = series.times.tz is None and bool((series.times == series.times.normalize()).all())
        time = series.times[at].isoformat()[: 10 if days else None]
    return [time, None if math.isnan(value) else value]
