"""Finds the columns that hold the time of each row, one or several together, and reads them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from seqserve.tabular.dates import column as date_column
from seqserve.tabular.dates import names as date_names
from seqserve.tabular.dates.column import MonthsWithoutYearError, Reading
from seqserve.tabular.files import file_format
from seqserve.tabular.numeric import numbers
from seqserve.tabular.read_options import ReadOptions
from seqserve.tabular.roles import parts
from seqserve.tabular.timegrid.steps import Integers

_SAMPLE = 300
_MOSTLY = 0.5  # share of cells that must be dates
_FIRST = ("ds", "datetime", "timestamp", "date")
_COUNTED = {
    "ds",
    "t",
    "step",
    "steps",
    "time",
    "timestep",
    "idx",
    "index",
    "period",
    "time_idx",
    "week",
    "day",
    "month",
}
_YEARS = "yyyy"
_DATE_LIKE = r"\d+(?:[^\d:.,]|\.\d+\.)|[^\W\d]\D*\d"  # numbers with more between them than a clock or a fraction
_CERTAIN_DATE = r"^\d{1,4}(?:-\d{1,2}-|/\d{1,2}/|\.\d{1,2}\.)\d{1,4}(?![\d.])"


@dataclass(frozen=True)
class Times:
    """The time of each row.

    Args:
        columns: those that hold it.
        times: (rows), NaT where none can be read; none if the table has none.
        counts: (rows), whole numbers that say the order where there are no times.
        form: how it is written.
        notes: what was decided, one sentence each.
        others: further columns that hold times, which are nothing to forecast.
    """

    columns: list[str] = field(default_factory=list)
    times: pd.DatetimeIndex | None = None
    counts: Integers | None = None
    form: str = ""
    notes: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def find(frame: pd.DataFrame, options: ReadOptions, name: str) -> Times:
    """The time of the rows of a table, see `Times`.

    Raises:
        ValueError: a column that is named with `--time` holds none, what it holds has two readings, or months have no
            year.
    """
    if options.time:
        return _of_named(
            frame, [file_format.named(frame.columns, column, name) for column in options.time], options, name
        )
    found = _found(frame, options)
    ends = [column for column in found.columns[1:] if parts.ends_of_hours(frame[column])]
    notes = [f"column {column} counts hours 1 to 24: each is read as the time when it ends" for column in ends]
    return replace(found, notes=[*found.notes, *notes])


def _found(frame: pd.DataFrame, options: ReadOptions) -> Times:
    """The time where the user names no column."""
    candidates, yearless = _candidates(frame, options)
    dated = [column for column, _ in candidates]
    for column, sampled in candidates:
        if sampled is not None and sampled.form == _YEARS:
            continue
        try:
            reading = date_column.read(frame[column], day_first=options.day_first)
        except ValueError:  # day and month could change places, unless times of day elsewhere tell
            joined = _joined_with_clock(frame, column)
            if joined is None:
                raise
            return replace(joined, others=[other for other in dated if other != column])
        if reading.share >= _MOSTLY and (not reading.needs_name or date_names.is_named(column)):
            others = [other for other in dated if other != column]
            return _with_clock(frame, column, reading, replace(_plain(column, reading), others=others))
    together = parts.find(frame)
    if together is not None:
        columns, reading = parts.read(frame, together, options.day_first)
        if reading.share >= _MOSTLY:
            return Times(columns, reading.times, form=reading.form, notes=reading.notes, others=dated)
    for column, sampled in candidates:
        if sampled is not None and sampled.form == _YEARS:
            reading = date_column.read(frame[column])
            return replace(_plain(column, reading), others=[other for other in dated if other != column])
    if yearless is not None:
        column, error = yearless
        year = next((other for other in frame.columns if parts.are_years_of_rows(frame[other])), None)
        if year is None:
            raise error
        columns, reading = parts.read(frame, {"year": year, "month": column}, options.day_first)
        return Times(columns, reading.times, form=reading.form, notes=reading.notes, others=dated)
    return _counted(frame)


def _plain(column: str, reading: Reading) -> Times:
    return Times([column], reading.times, form=reading.form, notes=reading.notes)


def _of_named(frame: pd.DataFrame, columns: list[str], options: ReadOptions, name: str) -> Times:
    if len(columns) > 1:
        reading = parts.read_named(frame, columns, options.day_first)
        if reading.share < _MOSTLY:
            raise ValueError(f"{name}: columns {', '.join(columns)} hold no times that can be read together")
        return Times(columns, reading.times, form=reading.form, notes=reading.notes)
    reading = date_column.read(frame[columns[0]], day_first=options.day_first)
    if reading.share >= _MOSTLY:
        return _plain(columns[0], reading)
    counts = _whole(frame[columns[0]])
    if counts is not None:
        return Times(columns, None, counts, "numbers of steps")
    shown = ", ".join(map(str, frame[columns[0]].iloc[:3]))
    raise ValueError(f"{name}: column {columns[0]} holds no times that can be read, such as {shown}")


def _candidates(
    frame: pd.DataFrame, options: ReadOptions
) -> tuple[list[tuple[str, Reading | None]], tuple[str, MonthsWithoutYearError] | None]:
    """The columns that may hold the time, the likeliest first, and what a sample says; none where that is unclear.

    The second is a column that has months and no years.
    """
    taken = {*options.id, *options.target, *options.features, *options.known, *options.static}
    at = np.unique(np.linspace(0, len(frame) - 1, min(_SAMPLE, len(frame))).astype(int))
    sample = frame.iloc[at]
    found: list[tuple[int, str, Reading | None]] = []
    yearless = None
    for place, column in enumerate(frame.columns):
        named = date_names.is_named(column)
        if column in taken or (not named and _is_small(sample[column])):
            continue
        reading: Reading | None
        try:
            reading = date_column.read(sample[column], day_first=options.day_first)
        except MonthsWithoutYearError as error:
            yearless = yearless or (column, error)
            continue
        except ValueError:
            reading = None  # the whole column may tell what the sample does not
        if reading is not None and (reading.share < _MOSTLY or reading.only_clock):
            continue
        digits = reading is not None and not numbers.gaps_aside(sample[column]).map(_is_written).any()
        if not named and (
            reading is None or reading.needs_name or (digits and not _is_regular(reading)) or _has_gaps(reading)
        ):
            continue
        if (
            reading is not None
            and reading.needs_name
            and not (date_names.is_only_named(column) or _is_regular(reading))
        ):
            continue
        known = _FIRST.index(column.lower()) if column.lower() in _FIRST else len(_FIRST)
        rank = (known if named else 10 + 10 * digits) + 100 * (len(sample) > 1 and sample[column].nunique() == 1)
        found.append((1_000 * rank + place, column, reading))
    return [(column, reading) for _, column, reading in sorted(found, key=lambda entry: entry[0])], yearless


def _is_small(cells: pd.Series) -> bool:
    """Whether a column holds numbers that are too short or too fractional for dates."""
    if cells.dtype.kind in "iuf":
        return bool(cells.abs().max() < 1e5)
    if cells.dtype.kind == "M" or isinstance(cells.dtype, pd.DatetimeTZDtype):
        return False
    present = numbers.gaps_aside(cells)
    return not len(present) or bool(present.str.fullmatch(r"[+-]?(?:\d{1,5}(?:[.,]\d*)?|\d*[.,]\d+)").mean() > 0.5)


def _is_written(cell: object) -> bool:
    return not str(cell).replace(".", "").replace(",", "").isdecimal()


def _is_regular(reading: Reading) -> bool:
    """Whether the times of a sample go one way, as those of numbers do only if they are times."""
    known = reading.times.dropna()
    return len(known) > 2 and bool(known.is_monotonic_increasing or known.is_monotonic_decreasing)


def _has_gaps(reading: Reading) -> bool:
    return reading.share < 0.9


def _with_clock(frame: pd.DataFrame, column: str, reading: Reading, alone: Times) -> Times:
    """The same with the time of day of another column, if days are there several times and it tells them apart."""
    if reading.clock or reading.times.tz is not None:
        return alone
    known = reading.times.dropna()
    different = known.nunique()
    if different == len(known):
        return alone
    for other in frame.columns:
        if other == column:
            continue
        of_day = parts.time_of_day(frame[other], date_names.words_of(other))
        if of_day is None:
            continue
        together = pd.DatetimeIndex(reading.times + of_day).as_unit("us")
        if together.dropna().nunique() > different:
            return replace(alone, columns=[column, other], times=together, form=f"{alone.form} and time of day")
    return alone


def _joined_with_clock(frame: pd.DataFrame, column: str) -> Times | None:
    """The times of a date and of a time of day in another column, read as one; none if there is no such column."""
    for other in frame.columns:
        of_day = None if other == column else parts.time_of_day(frame[other], date_names.words_of(other))
        if of_day is None:
            continue
        minutes = pd.Series(of_day // pd.Timedelta(minutes=1), frame.index).astype("Int64")
        clock = (minutes // 60).astype("str") + ":" + (minutes % 60).astype("str").str.zfill(2)
        reading = date_column.read((parts.as_text(frame[column]) + " " + clock).rename(column))
        return Times([column, other], reading.times, form=f"{reading.form} and time of day", notes=reading.notes)
    return None


def _counted(frame: pd.DataFrame) -> Times:
    """Steps that are numbered rather than dated."""
    for column in frame.columns:
        if column.lower() in _COUNTED:
            counts = _whole(frame[column])
            if counts is not None and _goes_on(counts):
                return Times([column], None, counts, "numbers of steps")
    return Times()


def _whole(cells: pd.Series) -> Integers | None:
    found = pd.to_numeric(cells, errors="coerce")
    if found.isna().any() or (found % 1 != 0).any() or found.abs().max() > 1e15:
        return None
    return found.to_numpy(np.int64)


def _goes_on(counts: Integers) -> bool:
    """Whether most rows have the number behind the one before, or in front of it."""
    steps = np.diff(counts)
    return len(counts) > 2 and bool(max(np.mean(steps == 1), np.mean(steps == -1)) > 0.8)


def unread(frame: pd.DataFrame, times: Times, taken: Collection[str]) -> list[str]:
    """What is to be said of columns that are named as if rows could be put in order by them, and cannot.

    Args:
        taken: columns that the user names as something else.

    Raises:
        ValueError: what one holds looks like dates: the rows may be in any order.
    """
    if times.columns:
        return []
    columns = [column for column in frame.columns if column not in taken]
    named = [column for column in columns if date_names.is_named(column)]
    for column in columns:
        form = _DATE_LIKE if column in named else _CERTAIN_DATE
        cells = frame[column]
        if pd.api.types.is_string_dtype(cells.dtype) and cells.iloc[:_SAMPLE].str.contains(form).mean() > 0.9:
            raise ValueError(
                f"column {column} seems to hold dates that cannot be read, such as {cells.iloc[0][:40]!r}; "
                "write them as 2024-01-31, or name another column with --time"
            )
    return [f"column {column} holds no dates that can be read" for column in named]
