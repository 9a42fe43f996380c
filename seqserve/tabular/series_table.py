"""A user's own table as clean series: dates in any format, numbers with thousands commas, rows in any order.

What has two readings is decided by evidence in the file and said, or refused with the flag that decides it. Every
repair is counted and reported: nothing is changed silently.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.tabular import assembly, merged_cells, totals, wide
from seqserve.tabular.files import containers, file_format, footers, rows
from seqserve.tabular.numeric.values import Values
from seqserve.tabular.read_options import ReadOptions
from seqserve.tabular.roles import ids as id_columns
from seqserve.tabular.roles import targets
from seqserve.tabular.roles import times as time_columns
from seqserve.tabular.roles.times import Times
from seqserve.tabular.table import Series, Table
from seqserve.tabular.timegrid import duplicates, layout, local_times
from seqserve.tabular.timegrid import steps as steps_of_grid
from seqserve.tabular.timegrid.steps import Integers

__all__ = ["ReadOptions", "Series", "Table", "clean", "parse", "read"]


def read(path: Path, options: ReadOptions | Sequence[str] = ()) -> Table:
    """Read a file of series: CSV and its kin, Excel, Parquet or JSON Lines, packed or not.

    Args:
        options: what the user says of it, or only the columns wanted, the one to forecast first.

    Raises:
        ValueError: it is no table, a column is not there, a cell is no number, or something has two readings; the
            message names it and says what to do.
        OSError: there is no such file.
    """
    said = _options(options)
    with _named_errors(path.name):
        return _arrange(_understand(parse(path.name, path.read_bytes(), said), said, path.name), path.name)


def parse(name: str, content: bytes, options: ReadOptions | None = None) -> pd.DataFrame:
    """The cells of a file, as strings where it has no types; the index is the line of each row.

    Raises:
        ValueError: it is no table, or has no rows.
    """
    return containers.frame(name, content, options or ReadOptions())


def clean(frame: pd.DataFrame, options: ReadOptions | Sequence[str] = (), name: str = "table") -> Table:
    """The series of a frame, see `read`."""
    with _named_errors(name):
        return _arrange(_understand(frame, _options(options), name), name)


@contextmanager
def _named_errors(name: str) -> Iterator[None]:
    """Errors begin with the name of the table."""
    try:
        yield
    except ValueError as error:
        raise error if str(error).startswith(name) else ValueError(f"{name}: {error}") from None


@dataclass(frozen=True)
class _Understood:
    """The cells of a table and what its columns are; the frame of strings, which is large, is not needed any more.

    Args:
        said: the options, with the columns as the table names them.
        size: rows of data in the file.
        times: of the rows that have one.
        codes, labels: (rows), the series of each, and the ids of the series.
        features: the D columns of numbers, `target` first.
        cells: (rows, D).
        words: the columns of categories.
        dropped: what was said of rows that are not used.
        roles: column to what it was taken for.
    """

    said: ReadOptions
    size: int
    read: int
    times: Times
    time: list[str]
    ids: list[str]
    codes: Integers
    labels: list[str | None]
    target: str
    features: list[str]
    cells: Floats
    words: pd.DataFrame
    texts: list[str]
    report: list[str]
    dropped: list[str]
    roles: dict[str, str]


def _understand(frame: pd.DataFrame, said: ReadOptions, name: str) -> _Understood:
    """What is what in a table, and its numbers."""
    frame = merged_cells.filled(totals.without(frame))
    frame, said, size = wide.as_long(frame, _named(frame, said, name), name)
    times = time_columns.find(frame, said, name)
    frame, times, notes = footers.without(frame, times)
    read = len(frame)
    report = [*frame.attrs.get(rows.NOTES, []), *notes, *times.notes, *time_columns.unread(frame, times, _taken(said))]
    ids = list(said.id) or _ids(frame, times, said)
    target, features, why = _features(frame, times, ids, said, name)
    frame, times, dropped = _with_times(frame, times)
    codes, labels = assembly.codes(frame, ids)
    values = Values(frame, name, said.decimal, _has_points(frame, times), {*times.columns, *ids})
    numeric, texts = assembly.split(frame, [*features, *said.known], set(features))
    cells = values.read(numeric)
    report += [*dropped, *values.notes, *[f"{target} is forecast: {why}"] * bool(why)]
    return _Understood(
        said=said,
        size=size or read,
        read=read,
        times=times,
        time=[column for column in times.columns if column not in frame.attrs.get(wide.UNNAMED, [])],
        ids=[column for column in ids if column not in frame.attrs.get(wide.UNNAMED, [])],
        codes=codes,
        labels=labels,
        target=target,
        features=numeric,
        cells=cells,
        words=frame[list(dict.fromkeys([*texts, *said.static]))].copy(),
        texts=texts,
        report=report,
        dropped=dropped,
        roles=_roles(frame, times, ids, target, features, said),
    )


def _arrange(found: _Understood, name: str) -> Table:
    """The series of a table, each time once and in order, holes as gaps."""
    said, report = found.said, found.report
    stamps, zone, notes = local_times.in_zone(found.times.times, found.codes, said.timezone)
    report += notes
    order = stamps if stamps is not None else found.times.counts
    kept = duplicates.without(order, found.codes, found.cells, found.ids, name)
    report += kept.notes
    kept_rows = slice(None) if kept.rows.all() else kept.rows  # a slice copies nothing
    order, codes = order[kept_rows] if order is not None else None, found.codes[kept_rows]
    given = steps_of_grid.of_alias(said.frequency) if said.frequency else None
    if isinstance(order, pd.DatetimeIndex):
        laid = layout.lay_out(order, codes, zone, given)
    else:
        laid = replace(layout.without_times(codes, order), steps=given)
    report += laid.notes
    dropped = found.read - len(laid.rows)
    _check_dropped(dropped, found.read, said.allow_dropped, [*found.dropped, *kept.notes, *laid.notes], name)
    words = found.words[kept_rows]
    series, texts, notes = assembly.series_of(
        laid, found.cells[kept_rows], words[found.texts], found.labels, found.features, max(1, len(said.target))
    )
    report += notes
    steps = laid.steps
    if steps is not None:
        report.append(
            f"steps are {steps.words}{f' ({steps.alias})' if steps.alias else ''}; the season is {steps.season}"
        )
    return Table(
        features=found.features,
        series=series,
        frequency=steps.alias if steps else None,
        season=steps.season if steps else 1,
        target=found.target,
        time=found.time,
        ids=found.ids,
        rows=found.size,
        dropped=dropped if found.size == found.read else round(dropped * found.size / found.read),
        report=report,
        texts=texts,
        static=assembly.static(words, codes, laid.keys, said.static, name),
        steps=steps,
        zone=zone,
        columns=found.roles,
    )


def _options(options: ReadOptions | Sequence[str]) -> ReadOptions:
    return options if isinstance(options, ReadOptions) else ReadOptions(features=list(options))


def _named(frame: pd.DataFrame, options: ReadOptions, name: str) -> ReadOptions:
    """The options with the columns as the table names them."""

    def named(columns: Sequence[str]) -> list[str]:
        return list(dict.fromkeys(one for column in columns for one in _each(frame, column, name)))

    return replace(
        options,
        time=named(options.time),
        id=named(options.id),
        target=named(options.target),
        features=named(options.features),
        known=named(options.known),
        static=named(options.static),
    )


def _each(frame: pd.DataFrame, said: str, name: str) -> list[str]:
    """The columns that `x,y` names: one of that name, or else several."""
    try:
        return [file_format.named(frame.columns, said, name)]
    except ValueError:
        parts = [part for part in said.split(",") if part.strip()]
        if len(parts) < 2:
            raise
        return [file_format.named(frame.columns, part, name) for part in parts]


def _taken(options: ReadOptions) -> set[str]:
    return {*options.target, *options.features, *options.known, *options.static}


def _ids(frame: pd.DataFrame, times: Times, options: ReadOptions) -> list[str]:
    used = {*times.columns, *_taken(options)}
    if times.times is not None:
        stamps = times.times.asi8
    elif times.counts is not None:
        stamps = times.counts
    else:
        return []
    found = id_columns.find(frame, stamps, sorted({*used, *times.others}))
    return found or id_columns.find(frame, stamps, sorted(used))  # ids that look like dates


def _features(
    frame: pd.DataFrame, times: Times, ids: list[str], options: ReadOptions, name: str
) -> tuple[str, list[str], str]:
    """The column to forecast, all columns of numbers that are wanted, and why the first was chosen."""
    wanted = list(dict.fromkeys([*options.target, *options.features]))
    if wanted:
        return wanted[0], wanted, ""
    apart = {*times.columns, *times.others, *ids, *options.known, *options.static}
    target, why = targets.find(frame, apart, name)
    return target, [target], why


def _with_times(frame: pd.DataFrame, times: Times) -> tuple[pd.DataFrame, Times, list[str]]:
    """Only the rows whose time can be read."""
    if times.times is None or not times.times.hasnans:
        return frame, times, []
    known = np.asarray(times.times.notna())
    bad = frame[~known]
    shown = ", ".join(str(cell)[:30] for cell in bad[times.columns[0]].iloc[:3])
    note = f"{counted(len(bad), 'row')} without a date dropped: {shown or 'empty'} (row {bad.index[0]})"
    attrs = frame.attrs
    frame = frame[known]
    frame.attrs = attrs
    return frame, replace(times, times=times.times[known]), [note]


def _has_points(frame: pd.DataFrame, times: Times) -> bool:
    """Whether days are written as 31.12.2020."""
    if not times.columns or not pd.api.types.is_string_dtype(frame[times.columns[0]].dtype) or not len(frame):
        return False
    return str(frame[times.columns[0]].iloc[0]).strip().split(" ")[0].count(".") == 2


def _check_dropped(dropped: int, of: int, allowed: float, reasons: list[str], name: str) -> None:
    if dropped > allowed * of:
        why = "; ".join(reason for reason in reasons if "dropped" in reason)
        raise ValueError(
            f"{name}: {dropped} of {of} rows would be left out ({why}); correct them, name the columns "
            f"with --time and --id, or say --allow-dropped {np.ceil(100 * dropped / of) / 100:g}"
        )


def _roles(
    frame: pd.DataFrame, times: Times, ids: list[str], target: str, features: list[str], options: ReadOptions
) -> dict[str, str]:
    """Column to what it was taken for."""
    found = {}
    for column in frame.columns:
        if column in times.columns:
            found[column] = f"time: {times.form}"
        elif column in ids:
            found[column] = "id: tells the series apart"
        elif column == target:
            found[column] = "target"
        elif column in features:
            found[column] = "feature"
        elif column in options.known:
            found[column] = "known ahead"
        elif column in options.static:
            found[column] = "static"
        else:
            found[column] = "not used"
    return found
