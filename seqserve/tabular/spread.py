"""Tables that spread the time over two directions: a row for each year or day, a column for each month or hour."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import pandas as pd

from seqserve.tabular.dates import clock, month_names
from seqserve.tabular.files import rows
from seqserve.tabular.numeric import numbers
from seqserve.tabular.read_options import ReadOptions
from seqserve.tabular.roles import parts, targets
from seqserve.tabular.roles import times as time_columns

_NUMBERED = re.compile(r"([^\d\W]*)[ _.-]*(\d{1,2})[ .]*([^\d\W]*)")
_LETTERS = {"q": "quarter", "t": "quarter", "h": "hour", "m": "month", "w": "week", "kw": "week", "d": "day"}
_BARE = {12: "month", 24: "hour", 25: "hour", 31: "day", 52: "week", 53: "week"}
_COUNTS = {
    "month": [range(1, 13)],
    "quarter": [range(1, 5)],
    "week": [range(1, 53), range(1, 54)],
    "day": [range(1, 32)],
    "hour": [range(24), range(1, 25), range(1, 26)],
}
_DAY = 24 * 60
_CLOCK = "time of day"


@dataclass(frozen=True)
class Spread:
    """The columns that a time is spread over.

    Args:
        columns: those, in order.
        role: the part of a time that they are.
        cells: what each of them would say in a column of that part.
    """

    columns: list[str]
    role: str
    cells: list[str]


def find(frame: pd.DataFrame, options: ReadOptions) -> Spread | None:
    """The columns that are parts of the time of their row; none if there are none.

    Raises:
        ValueError: there are such columns, and rows without a year or a day for them.
    """
    if options.target or options.features or options.known or any(map(targets.is_preferred, frame.columns)):
        return None
    months = _months(list(map(str, frame.columns)))
    if len(set(months.values())) == len(months) == 12 and list(months.values()) != list(range(1, 13)):
        raise ValueError(
            f"the columns {next(iter(months))} to {next(reversed(months))} are months, not from January to December; "
            "write a row for each month with its year, or say --wide if each row is a series"
        )
    for columns, role, cells in _runs(list(map(str, frame.columns))):
        if not all(_is_of_values(frame[column]) for column in columns):
            continue
        rest = frame.drop(columns=columns)
        if role not in rest.columns and _completes(rest, role, options):
            return Spread(columns, role, cells)
        if not any(map(str.isdecimal, columns)) and time_columns.find(rest, options, "table").times is None:
            whole = "date" if role in ("hour", _CLOCK) else "year"
            raise ValueError(
                f"the columns {columns[0]} to {columns[-1]} are parts of a time, and no column has the {whole} of each "
                "row; add it, or say --wide if each row is a series"
            )
    return None


def as_long(frame: pd.DataFrame, found: Spread, value: str) -> pd.DataFrame:
    """The table with a row for each value, and the part of the time in a column of its own."""
    note = (
        f"columns {found.columns[0]} to {found.columns[-1]} are the {found.role} of each row's time; "
        "--wide makes each a series"
    )
    return stacked(frame, found.columns, found.role, found.cells * len(frame), value, [note])


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


def year_of(frame: pd.DataFrame, found: Spread) -> str | None:
    """A column of years that is not named for them, as in a table that R prints; none if one is, or there is none."""
    rest = [column for column in frame.columns if column not in found.columns]
    if found.role in ("hour", "day", _CLOCK) or any(parts.role_of(column) == "year" for column in rest):
        return None
    return next((column for column in rest if parts.are_years(frame[column])), None)


def _runs(columns: Sequence[str]) -> Iterator[tuple[list[str], str, list[str]]]:
    """Runs of columns that name all months of a year, all hours of a day or the like, and what each is."""
    named = [_part(column) for column in columns]
    months = _months(columns)
    for kinds in (named, [("month", months.get(column, 0)) if column in months else None for column in columns]):
        for key, group in groupby(range(len(columns)), key=lambda at: kinds[at] and kinds[at][0]):  # type: ignore[index]
            at = list(group)
            if key is None:
                continue
            counts = [kinds[one][1] for one in at]  # type: ignore[index]
            run = [columns[one] for one in at]
            if key == _CLOCK:
                if _is_a_day(counts):
                    yield run, key, [f"{minute // 60}:{minute % 60:02d}" for minute in counts]
                continue
            role = key or _BARE.get(counts[-1] + (counts[0] == 0), "")
            if any(counts == list(known) for known in _COUNTS.get(role, [])):
                yield run, role, list(map(str, counts))


def _part(column: str) -> tuple[str, int] | None:
    """The part that a name has, and which one it is: `Q3`, `hour 7`, `13:00`; a number alone has an empty part."""
    of_day = clock.split(column.strip())
    if of_day is not None and not of_day.day and of_day.microseconds is not None and ":" in column:
        return _CLOCK, of_day.microseconds // 60_000_000
    match = _NUMBERED.fullmatch(column.strip())
    if match is None or (match[1] and match[3]):
        return None
    word = (match[1] or match[3]).lower()
    role = _LETTERS.get(word) or parts.role_of(word) if word else ""
    return None if role is None else (role, int(match[2]))


def _months(columns: Sequence[str]) -> dict[str, int]:
    words = {column: month_names.folded(column) for column in columns if not any(map(str.isdecimal, column))}
    try:
        found = month_names.numbers(set(words.values()))
    except ValueError:
        return {}
    return {column: found[word] for column, word in words.items() if word in found}


def _is_a_day(minutes: Sequence[int]) -> bool:
    steps = set(np.diff(minutes).tolist())
    return len(minutes) >= 24 and len(steps) == 1 and steps.pop() * len(minutes) == _DAY


def _is_of_values(cells: pd.Series) -> bool:
    present = numbers.gaps_aside(cells.iloc[:100])
    return not len(present) or numbers.are_numbers(present, 0.5)


def _completes(rest: pd.DataFrame, role: str, options: ReadOptions) -> bool:
    """Whether the other columns say the time but for that part."""
    if role == "day":
        return {"year", "month"} <= {parts.role_of(column) for column in rest.columns}
    if role in ("hour", _CLOCK):
        times = time_columns.find(rest, replace(options, wide=False), "table").times
        return times is not None and bool((times.dropna() == times.dropna().normalize()).all())
    return any(parts.are_years(rest[column]) for column in rest.columns)
