"""Runs of columns whose names go on like parts of a time: `Jan` to `Dec`, `H1` to `H24`, `08:00` to `18:00`, years."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from seqserve.tabular.dates import clock, month_names
from seqserve.tabular.files import header
from seqserve.tabular.numeric import numbers
from seqserve.tabular.roles import parts

CLOCK, DATE, YEAR = "time of day", "date", "year"
"""Roles beside those of `roles.parts`."""

_NUMBERED = re.compile(r"([^\d\W]*)[ _.-]*(\d{1,2})[ .]*([^\d\W]*)")
_HOURS = re.compile(r"(\d{1,2})\s*[-–]\s*(\d{1,2})")  # from and to
_HALF_DAY = re.compile(r"\d{1,2}(?::\d\d)?\s*[ap]\.?m\.?", re.IGNORECASE)
_PUT_BACK = re.compile(r".*\dB")  # the hour that is there twice when clocks are put back: 3A, 3B
_LETTERS = {"q": "quarter", "t": "quarter", "h": "hour", "he": "hour", "m": "month", "w": "week", "kw": "week"}
_LETTERS |= {"d": "day", "s": "half", "p": "period", "hh": "period", "sp": "period", "pte": "period"}
_BARE = {12: "month", 24: "hour", 25: "hour", 31: "day", 48: "period", 52: "week", 53: "week", 96: "period"}
_COUNTS = {
    "month": [range(1, 13)],
    "quarter": [range(1, 5)],
    "half": [range(1, 3)],
    "week": [range(1, 53), range(1, 54)],
    "day": [range(1, 32)],
    "hour": [range(24), range(1, 25), range(1, 26)],
    "period": [range(first, first + count) for count in (24, 48, 96) for first in (0, 1)],
}
_DAY = 24 * 60
_FEWEST_HOURS = 6  # of a day that is not whole
_FEWEST_DATES = 3


@dataclass(frozen=True)
class Run:
    """Columns that are one part of a time.

    Args:
        columns: those, in order.
        role: the part that they are.
        cells: what each of them would say in a column of that part.
        notes: what is to be said of other columns.
    """

    columns: list[str]
    role: str
    cells: list[str]
    notes: list[str] = field(default_factory=list)


def find(columns: Sequence[str]) -> Iterator[Run]:
    """Runs of columns that name all months of a year, the hours of a day or the like."""
    columns, first, notes = _without_second_hours(columns)
    named = [_part(column[:-1] if column == first else column) for column in columns]
    of_year = months(columns)
    for kinds in (named, [("month", of_year.get(column, 0)) if column in of_year else None for column in columns]):
        for key, group in groupby(range(len(columns)), key=lambda at: kinds[at] and kinds[at][0]):  # type: ignore[index]
            at = list(group)
            if key is None:
                continue
            run = _run([columns[one] for one in at], key, [kinds[one][1] for one in at])  # type: ignore[index]
            if run is not None:
                yield Run(*run, notes)
    for role, found in ((YEAR, _years(columns)), (DATE, _dates(columns))):
        if len(found) >= _FEWEST_DATES:
            yield Run(found, role, list(found))


def months(columns: Sequence[str]) -> dict[str, int]:
    """Column to number of the month that it names."""
    words = {column: month_names.folded(column) for column in columns if not any(map(str.isdecimal, column))}
    try:
        found = month_names.numbers(set(words.values()))
    except ValueError:
        return {}
    return {column: found[word] for column, word in words.items() if word in found}


def are_hours_alone(columns: Sequence[str]) -> bool:
    """Whether bare numbers may be hours of a day that is not whole, such as 8 to 18, or something else."""
    bare = [int(column) for column in columns if column.isdecimal() and len(column) < 3]
    return len(bare) >= _FEWEST_HOURS and bare[0] > 1 and bare[-1] <= 24 and _go_on(bare)


def _run(columns: list[str], key: str, counts: list[int]) -> tuple[list[str], str, list[str]] | None:
    if key == CLOCK:
        if len(counts) > 1 and counts[-1] == 0:
            counts = [*counts[:-1], _DAY]  # a day that is named by the ends of its hours
        return (columns, key, _of_day(counts)) if _is_a_day(counts) else None
    role = key or _BARE.get(counts[-1] + (counts[0] == 0), "")
    if role == "hour" and counts == [1, 2]:
        role = "half"
    if any(counts == list(known) for known in _COUNTS.get(role, [])):
        if role == "period":
            return columns, CLOCK, _of_day([at * _DAY // len(counts) for at in range(len(counts))])
        return columns, role, list(map(str, counts))
    if key == "hour" and len(counts) >= _FEWEST_HOURS and counts[-1] <= 24 and _go_on(counts):
        return columns, role, list(map(str, counts))
    return None


def _part(column: str) -> tuple[str, int] | None:
    """The part that a name has, and which one it is: `Q3`, `hour 7`, `13:00`; a number alone has an empty part."""
    name = column.strip()
    of_day = clock.split(name)
    if of_day is not None and not of_day.day and (":" in name or _HALF_DAY.fullmatch(name)):
        return None if of_day.microseconds is None else (CLOCK, of_day.microseconds // 60_000_000)
    hours = _HOURS.fullmatch(name)
    if hours is not None and int(hours[2]) % 24 == (int(hours[1]) + 1) % 24:
        return "hour", int(hours[1])
    match = _NUMBERED.fullmatch(name)
    if match is None or (match[1] and match[3]):
        return None
    word = (match[1] or match[3]).lower()
    role = _LETTERS.get(word) or parts.role_of(word) if word else ""
    return None if role is None else (role, int(match[2]))


def _without_second_hours(columns: Sequence[str]) -> tuple[list[str], str, list[str]]:
    """The columns without `3B` if there is `3A`; which that is, or nothing; and what is to be said."""
    second = [column for column in columns if _PUT_BACK.fullmatch(column) and f"{column[:-1]}A" in columns]
    if len(second) != 1:
        return list(columns), "", []
    note = f"column {second[0]} is left out: the hour that is there twice when clocks are put back"
    return [column for column in columns if column not in second], f"{second[0][:-1]}A", [note]


def _years(columns: Sequence[str]) -> list[str]:
    years = [column for column in columns if column.strip().isdecimal() and 1600 <= int(column) <= 2300]
    return years if years and abs(int(years[-1]) - int(years[0])) == len(years) - 1 else []


def _dates(columns: Sequence[str]) -> list[str]:
    return [column for column in columns if header.is_date(column) and not numbers.is_number(column)]


def _is_a_day(minutes: Sequence[int]) -> bool:
    """Whether times of day go on evenly: those of a whole day, or of some hours of it."""
    steps = {later - earlier for earlier, later in pairwise(minutes)}
    if len(steps) != 1 or (step := steps.pop()) <= 0:
        return False
    return len(minutes) * step == _DAY if len(minutes) * step >= _DAY else len(minutes) >= _FEWEST_HOURS and step <= 60


def _of_day(minutes: Sequence[int]) -> list[str]:
    return [f"{minute // 60}:{minute % 60:02d}" for minute in minutes]


def _go_on(counts: Sequence[int]) -> bool:
    return all(later - earlier == 1 for earlier, later in pairwise(counts))
