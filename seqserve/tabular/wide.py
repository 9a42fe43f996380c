"""Tables with a series a row, or a series a column, turned into long ones: a row for each value."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from seqserve.tabular import spread, weeks
from seqserve.tabular.column_runs import Run
from seqserve.tabular.dates import column as date_column
from seqserve.tabular.files import header, rows
from seqserve.tabular.numeric import numbers
from seqserve.tabular.read_options import ReadOptions
from seqserve.tabular.roles import parts, targets
from seqserve.tabular.roles import times as time_columns
from seqserve.tabular.weeks import Week

_FEWEST = 8  # numbered columns that make a row a series
_NUMBERED = re.compile(r"(.*?)(\d+)")
SERIES, STEP, VALUE = "series", "step", "value"
UNNAMED = "unnamed"
"""Key of a frame's attributes: columns that the file does not have."""


def as_long(frame: pd.DataFrame, options: ReadOptions, name: str) -> tuple[pd.DataFrame, ReadOptions, int | None]:
    """The table as one with a row for each value, the options that read it, and how many rows it had.

    A long table comes back as it is, with none.

    Raises:
        ValueError: each row is a series, and the user does not say so.
    """
    if not options.wide:
        found = spread.find(frame, options)
        if found is not None:
            return (*_of_both(frame, options, found), len(frame))
        week = weeks.find(frame, options)
        if week is not None:
            return (*_of_weeks(frame, options, week), len(frame))
        _refuse(frame, options, name)
        return frame, options, None
    numbered = _numbered(frame)
    if len(numbered) >= 3 and not _has_times(frame, options, numbered):
        return (*_of_rows(frame, options, numbered, name), len(frame))
    return (*_of_columns(frame, options, name), len(frame))


def _of_both(frame: pd.DataFrame, options: ReadOptions, found: Run) -> tuple[pd.DataFrame, ReadOptions]:
    """A year or a day a row, its months or hours the columns; or the other way round."""
    of_months = spread.days_of_months(frame, found, options, VALUE)
    if of_months is not None:
        long, time = of_months
        long.attrs[UNNAMED] = [VALUE]
        return long, replace(options, time=[time], target=[VALUE])
    long = spread.as_long(spread.renamed(frame, found), found, VALUE)
    long.attrs[UNNAMED] = [found.role, VALUE]
    return long, replace(options, time=[*options.time, found.role] if options.time else [], target=[VALUE])


def _of_weeks(frame: pd.DataFrame, options: ReadOptions, week: Week) -> tuple[pd.DataFrame, ReadOptions]:
    """A week a row, its days the columns."""
    first, *others = week.time
    attrs = frame.attrs
    frame = frame.drop(columns=others)
    frame.attrs = attrs
    long = spread.stacked(frame, week.columns, first, week.days, VALUE, week.notes)
    long.attrs[UNNAMED] = [VALUE]
    return long, replace(options, time=[first], target=[VALUE], frequency=options.frequency or week.frequency)


def _refuse(frame: pd.DataFrame, options: ReadOptions, name: str) -> None:
    numbered = _numbered(frame)
    if len(numbered) < _FEWEST or options.time or options.target or options.features:
        return
    if len(numbered) < 0.5 * len(frame.columns) or _has_times(frame, options, numbered):
        return
    raise ValueError(
        f"{name}: each row seems to be a series, its values in the columns {numbered[0]} to {numbered[-1]}; "
        "say --wide to read it so, or --time and --target if rows are steps"
    )


def _numbered(frame: pd.DataFrame) -> list[str]:
    """The longest run of columns whose names go on: `d_1, d_2, ...`, years, dates."""
    best: list[str] = []
    run: list[str] = []
    step = 0
    for column in map(str, frame.columns):
        previous = _NUMBERED.fullmatch(run[-1]) if run else None
        now = _NUMBERED.fullmatch(column)
        if (
            previous
            and now
            and now[1] == previous[1]
            and int(now[2]) - int(previous[2]) == (step or int(now[2]) - int(previous[2])) != 0
        ):
            step = int(now[2]) - int(previous[2])
            run.append(column)
        elif run and len(run[-1]) > 4 and header.is_date(column) and header.is_date(run[-1]):
            run.append(column)
        else:
            run, step = [column] if now or header.is_date(column) else [], 0
        if len(run) > len(best):
            best = list(run)
    while best and not numbers.are_numbers(frame[best[0]].iloc[:100], 0.5):
        best.pop(0)  # the ids, where all columns are numbered
    return best


def _has_times(frame: pd.DataFrame, options: ReadOptions, numbered: list[str]) -> bool:
    rest = frame.drop(columns=numbered)
    if options.time or not len(rest.columns):
        return bool(options.time)
    found = time_columns.find(rest, replace(options, wide=False), "table").times
    return found is not None and bool(found.dropna().is_unique)


def _of_rows(
    frame: pd.DataFrame, options: ReadOptions, numbered: list[str], name: str
) -> tuple[pd.DataFrame, ReadOptions]:
    """A series a row."""
    others = [column for column in frame.columns if column not in numbered]
    ids = list(options.id) or [column for column in others if frame[column].nunique() == len(frame)][:1] or others
    labels = [parts.as_text(frame[column]) for column in ids]
    if not labels:
        labels, ids = [pd.Series([str(number) for number in range(1, len(frame) + 1)], dtype="str")], [SERIES]
    read = date_column.read(pd.Series(numbered, name=STEP, dtype="str"), day_first=options.day_first)
    dated = read.share == 1 and (not read.needs_name or read.form == "yyyy")
    step = pd.Series(read.times) if dated else pd.Series(np.arange(1, len(numbered) + 1))
    series, place = np.divmod(np.arange(len(frame) * len(numbered)), len(numbered))
    cells = _stacked([frame[column] for column in numbered], across=True)
    data: dict[str, pd.Series] = {
        column: label.reset_index(drop=True).take(series).reset_index(drop=True)
        for column, label in zip(ids, labels, strict=True)
    }
    for column in options.static:
        if column in frame.columns and column not in data:
            data[column] = frame[column].reset_index(drop=True).take(series).reset_index(drop=True)
    data[STEP], data[VALUE] = step.take(place).reset_index(drop=True), cells
    long = _filled(pd.DataFrame(data), frame)
    note = f"each row is a series of the values in {numbered[0]} to {numbered[-1]}"
    long.attrs[rows.NOTES] = [*frame.attrs.get(rows.NOTES, []), note]
    long.attrs[UNNAMED] = [STEP, VALUE]
    return long, replace(options, time=[STEP], id=ids, target=[VALUE], features=[], known=[], wide=False)


def _of_columns(frame: pd.DataFrame, options: ReadOptions, name: str) -> tuple[pd.DataFrame, ReadOptions]:
    """A series a column of numbers."""
    found = time_columns.find(frame, replace(options, wide=False), name)
    columns = list(options.target) or [
        column
        for column in frame.columns
        if column not in (*found.columns, *found.others)
        and numbers.are_numbers(frame[column], 0.99)
        and not targets.is_row_count(column, frame[column])
    ]
    if not columns:
        raise ValueError(f"{name}: no column holds numbers to forecast")
    length, count = len(frame), len(columns)
    place = np.tile(np.arange(length), count)
    time = (
        pd.Series(found.times)
        if found.times is not None
        else pd.Series(np.arange(length) if found.counts is None else found.counts)
    )
    label = found.columns[0] if found.columns else STEP
    data = {
        label: time.take(place).reset_index(drop=True),
        SERIES: pd.Series(np.repeat(np.array(columns, object), length), dtype="str"),
        VALUE: _stacked([frame[column] for column in columns], across=False),
    }
    long = _filled(pd.DataFrame(data), frame)
    long.attrs[rows.NOTES] = [*frame.attrs.get(rows.NOTES, []), *found.notes, f"each of {count} columns is a series"]
    long.attrs[UNNAMED] = [SERIES, VALUE]
    return long, replace(
        options, time=[label], id=[SERIES], target=[VALUE], features=[], known=[], static=[], wide=False
    )


def _stacked(columns: list[pd.Series], *, across: bool) -> pd.Series:
    """The cells of columns in one, row by row (`across`) or column by column."""
    if all(cells.dtype.kind in "iuf" for cells in columns):
        table = np.column_stack([cells.to_numpy(np.float64, na_value=np.nan) for cells in columns])
        return pd.Series(table.ravel("C" if across else "F"))
    text = [parts.as_text(cells).to_numpy(object) for cells in columns]
    return pd.Series(np.column_stack(text).ravel("C" if across else "F"), dtype="str")


def _filled(long: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Only rows with a value; an empty one is a hole that the grid fills, or lies before or behind the series."""
    cells = long[VALUE]
    there = ~numbers.gaps(cells) if pd.api.types.is_string_dtype(cells.dtype) else cells.notna()
    kept = long[there].reset_index(drop=True)
    kept.attrs = {key: value for key, value in frame.attrs.items() if key != rows.NOTES}
    return kept
