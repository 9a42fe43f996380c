"""Tables that spread the time over two directions: a row for each year or day, a column for each month or hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from seqserve.tabular import column_runs
from seqserve.tabular.column_runs import CLOCK, DATE, YEAR, Run
from seqserve.tabular.files import rows
from seqserve.tabular.numeric import numbers
from seqserve.tabular.read_options import ReadOptions
from seqserve.tabular.roles import parts, targets
from seqserve.tabular.roles import times as time_columns
from seqserve.tabular.roles.times import Times

_BESIDE_YEARS = ("month", "quarter", "half", "week", "doy")
_NOT_OF_A_YEAR = ("hour", "day", CLOCK, DATE, YEAR)


def find(frame: pd.DataFrame, options: ReadOptions) -> Run | None:
    """The columns that are parts of the time of their row; none if there are none.

    Raises:
        ValueError: there are such columns, and rows without a year or a day for them.
    """
    if options.target or options.features or options.known or any(map(targets.is_preferred, frame.columns)):
        return None
    columns = list(map(str, frame.columns))
    months = column_runs.months(columns)
    if len(set(months.values())) == len(months) == 12 and list(months.values()) != list(range(1, 13)):
        raise ValueError(
            f"the columns {next(iter(months))} to {next(reversed(months))} are months, not from January to December; "
            "write a row for each month with its year, or say --wide if each row is a series"
        )
    for run in column_runs.find(columns):
        if not all(_is_of_values(frame[column]) for column in run.columns):
            continue
        rest = frame.drop(columns=run.columns)
        if run.role not in rest.columns and _completes(rest, run, options):
            return run
        if run.role in (DATE, YEAR) or any(map(str.isdecimal, run.columns)):
            continue
        if time_columns.find(rest, options, "table").times is None:
            whole = "date" if run.role in ("hour", CLOCK) else "year"
            raise ValueError(
                f"the columns {run.columns[0]} to {run.columns[-1]} are parts of a time, and no column has the {whole} "
                "of each row; add it, or say --wide if each row is a series"
            )
    bare = [column for column in columns if column.isdecimal()]
    if column_runs.are_hours_alone(bare) and _are_days(frame.drop(columns=bare), options):
        raise ValueError(
            f"the columns {bare[0]} to {bare[-1]} may be hours of each row's day; call them {bare[0]}:00 to "
            f"{bare[-1]}:00 if so, say --wide if each column is a series, or --target for one of them"
        )
    return None


def as_long(frame: pd.DataFrame, found: Run, value: str) -> pd.DataFrame:
    """The table with a row for each value, and the part of the time in a column of its own."""
    note = (
        f"columns {found.columns[0]} to {found.columns[-1]} are the {found.role} of each row's time; "
        "--wide makes each a series"
    )
    cells = found.cells * len(frame)
    return stacked(frame, found.columns, found.role, cells, value, [note, *found.notes])


def days_of_months(
    frame: pd.DataFrame, found: Run, options: ReadOptions, value: str
) -> tuple[pd.DataFrame, str] | None:
    """The table with a row for each day, and the column that says the days; none where the rows are no months."""
    rest = frame.drop(columns=found.columns)
    months = None if found.role != "day" or _has_year_and_month(rest) else _months_of(rest, options)
    if months is None or months.times is None:
        return None
    name = months.columns[0]
    begins = np.repeat(months.times.strftime("%Y-%m-").to_numpy(object), len(found.columns))
    cells = begins + np.tile([cell.zfill(2) for cell in found.cells], len(frame)).astype(object)
    span = f"{found.columns[0]} to {found.columns[-1]}"
    note = f"columns {span} are the days of the month in {name}; --wide makes each a series"
    return stacked(frame, found.columns, name, list(cells), value, [*months.notes, note]), name


def stacked(
    frame: pd.DataFrame, columns: Sequence[str], time: str, cells: Sequence[str], value: str, notes: Sequence[str]
) -> pd.DataFrame:
    """The table with a row for each value of columns, without the gaps.

    Args:
        time: the column that says when each value was.
        cells: (rows x columns), what it says.
        value: the column of the values.
        notes: what was decided, one sentence each.
    """
    row = np.repeat(np.arange(len(frame)), len(columns))
    kept = {column: frame[column].take(row) for column in frame.columns if column not in (*columns, time)}
    index = frame.index.take(row)
    text = np.column_stack([parts.as_text(frame[column]).to_numpy(object) for column in columns])
    kept[time] = pd.Series(np.array(cells, object), index, dtype="str")
    kept[value] = pd.Series(text.ravel(), index, dtype="str")
    long = pd.DataFrame({column: column_cells.set_axis(index) for column, column_cells in kept.items()})
    long = long[~numbers.gaps(long[value])]
    long.attrs = frame.attrs | {rows.NOTES: [*frame.attrs.get(rows.NOTES, []), *notes]}
    return long


def renamed(frame: pd.DataFrame, found: Run) -> pd.DataFrame:
    """The table with a name for the column that says the rest of the time, where it has none that says so."""
    rest = frame.drop(columns=found.columns)
    names: dict[str, str] = {}
    if found.role == YEAR:
        if parts.find(rest.assign(year="2000")) is None:
            names = dict.fromkeys(_month_names(rest)[:1], "month")
    elif found.role not in _NOT_OF_A_YEAR and not any(parts.role_of(column) == YEAR for column in rest.columns):
        names = dict.fromkeys([column for column in rest.columns if parts.are_years(rest[column])][:1], YEAR)
    if not names:
        return frame
    attrs = frame.attrs
    frame = frame.rename(columns=names)
    frame.attrs = attrs
    return frame


def _month_names(rest: pd.DataFrame) -> list[str]:
    """Columns whose cells are the twelve months by name."""
    found = []
    for column in rest.columns:
        cells = list(dict.fromkeys(parts.as_text(rest[column])))
        if len(cells) == 12 and len(set(column_runs.months(cells).values())) == 12:
            found.append(column)
    return found


def _is_of_values(cells: pd.Series) -> bool:
    present = numbers.gaps_aside(cells.iloc[:100])
    return not len(present) or numbers.are_numbers(present, 0.5)


def _completes(rest: pd.DataFrame, run: Run, options: ReadOptions) -> bool:
    """Whether the other columns say the time but for that part."""
    role = run.role
    if role == "day":
        return _has_year_and_month(rest) or _months_of(rest, options) is not None
    if role in ("hour", CLOCK):
        return _are_days(rest, options)
    if role == DATE:
        return any(parts.covers_a_day(rest[column]) for column in rest.columns)
    if role == YEAR:
        named = [column for column in rest.columns if parts.role_of(column) in _BESIDE_YEARS]
        return any(parts.are_of_a_year(rest[column]) for column in named) or bool(_month_names(rest))
    return any(parts.are_years(rest[column]) for column in rest.columns)


def _has_year_and_month(rest: pd.DataFrame) -> bool:
    return {"year", "month"} <= {parts.role_of(column) for column in rest.columns}


def _months_of(rest: pd.DataFrame, options: ReadOptions) -> Times | None:
    """The months of the rows, where one column says them."""
    times = time_columns.find(rest, options, "table")
    if times.times is None or len(times.columns) != 1 or not len(times.times.dropna()):
        return None
    return times if bool((times.times.dropna().day == 1).all()) else None


def _are_days(rest: pd.DataFrame, options: ReadOptions) -> bool:
    times = time_columns.find(rest, replace(options, wide=False), "table").times
    return times is not None and bool((times.dropna() == times.dropna().normalize()).all())
