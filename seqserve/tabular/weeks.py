"""Tables with a row for each week and a column for each weekday, turned into a row for each day."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seqserve.tabular.dates import names as date_names
from seqserve.tabular.dates import weekday_names
from seqserve.tabular.dates.weekday_names import DAYS
from seqserve.tabular.numeric import numbers
from seqserve.tabular.read_options import ReadOptions
from seqserve.tabular.roles import parts, targets
from seqserve.tabular.roles import times as time_columns
from seqserve.tabular.roles.times import Times

_WORDS = re.compile(r"[^\W\d_]+(?:[-'’׳.][^\W\d_]+)*\.?")
_NUMBERED = re.compile(r"\D{0,8}?(\d{1,3})")
_BEGINNING = {*("begin", "begins", "beginning", "commencing", "start", "starts", "starting", "of", "from", "ab", "von")}
_ENDING = {*("end", "ends", "ending", "ended", "to", "bis", "endend", "fin", "fine", "hasta", "until")}


@dataclass(frozen=True)
class Week:
    """The columns that are days of the week of their row.

    Args:
        columns: those, in order.
        time: the columns that tell the week.
        days: (rows x columns), what each day would say in a column of dates, or of numbers of days.
        frequency: pandas offset alias of days that are numbered, which do not tell it.
        notes: what was decided, one sentence each.
    """

    columns: list[str]
    time: list[str]
    days: list[str]
    frequency: str | None
    notes: list[str]


def find(frame: pd.DataFrame, options: ReadOptions) -> Week | None:
    """The columns that are days of the week of their row; none if there are none.

    Raises:
        ValueError: there are such columns, and it is not clear which week or which day of it a row begins with.
    """
    if options.target or options.features or options.known or any(map(targets.is_preferred, frame.columns)):
        return None
    runs = _runs(frame)
    if not runs:
        return None
    columns, days = runs[0]
    span = f"the columns {columns[0]} to {columns[-1]} are days of the week"
    rest = frame.drop(columns=columns)
    times = time_columns.find(rest, options, "table")
    if times.times is None and times.counts is None:
        times = _numbered(rest)
    if times.times is None and times.counts is None:
        raise ValueError(
            f"{span}, and no column has the week of each row; add one with the date of its first day, or say --wide if "
            "each column is a series"
        )
    if len(runs) > 1:
        raise ValueError(
            f"{span}, and so are {runs[1][0][0]} to {runs[1][0][-1]}; keep one of them, or say --wide if each column "
            "is a series"
        )
    said = f"columns {columns[0]} to {columns[-1]} are the days of each row's week"
    if times.times is None:
        return _of_counts(columns, days, times, said)
    weekdays = set(times.times.dropna().day_of_week)
    if len(weekdays) != 1:
        raise ValueError(
            f"{span}, and the dates of {times.columns[0]} are not a week apart; say --wide if each column is a series, "
            "or name the one to forecast with --target"
        )
    return _of_dates(rest, columns, days, times, weekdays.pop(), said, span)


def _of_dates(
    rest: pd.DataFrame, columns: list[str], days: list[int], times: Times, at: int, said: str, span: str
) -> Week:
    """Where the dates are all of one weekday, `at`."""
    name = times.columns[0]
    words = set().union(*map(date_names.words_of, times.columns))
    begins, ends = bool(words & _BEGINNING), bool(words & _ENDING)
    others = 7 - len(days)
    if not begins and (at - days[-1]) % 7 <= others and (ends or at == days[-1]):
        offsets = [-((at - day) % 7) for day in days]
        said += f", which ends on {DAYS[at]}, the date in {name}"
    elif not ends and (days[0] - at) % 7 <= others and (begins or at == days[0]):
        offsets = [(day - at) % 7 for day in days]
        said += f", which begins on {DAYS[at]}, the date in {name}"
    else:
        raise ValueError(
            f"{span}, {DAYS[days[0]]} to {DAYS[days[-1]]}, and the dates of {name} are {DAYS[at]}s; write the date of "
            "the first column in each row, or say --wide if each column is a series"
        )
    assert times.times is not None
    stamps = times.times.tz_localize(None).to_numpy()[:, np.newaxis] + np.array(offsets, "timedelta64[D]")
    text = pd.Series(stamps.ravel()).dt.strftime("%Y-%m-%d")
    as_written = np.repeat(parts.as_text(rest[name]).to_numpy(object), len(days))
    cells = np.where(text.isna(), as_written, text.to_numpy(object))
    return Week(columns, times.columns, cells.tolist(), None, [*times.notes, f"{said}; --wide makes each a series"])


def _of_counts(columns: list[str], days: list[int], times: Times, said: str) -> Week:
    """Where weeks are numbered."""
    assert times.counts is not None
    steps = times.counts[:, np.newaxis] * len(days) + np.arange(len(days))
    note = f"{said}, which {times.columns[0]} counts; --wide makes each a series"
    steps_are = {7: "D", 5: "B"}.get(len(days)) if len(days) == 7 or days[0] == 0 else None
    return Week(columns, times.columns, list(map(str, steps.ravel())), steps_are, [note])


def _numbered(rest: pd.DataFrame) -> Times:
    """Weeks that are counted in words, such as `Week 1`."""
    for column in rest.columns:
        if date_names.hint(column) == "week":
            found = parts.as_text(rest[column]).str.extract(f"^{_NUMBERED.pattern}$")[0]
            if found.notna().all():
                return Times([column], counts=found.to_numpy(np.int64), form="numbers of steps")
    return Times()


def _runs(frame: pd.DataFrame) -> list[tuple[list[str], list[int]]]:
    """Runs of columns of values that name the days of a week, with the same other words."""
    columns = list(map(str, frame.columns))
    found = []
    at = 0
    while at < len(columns):
        tried = (_run(columns[at : at + size], size) for size in (7, 6, 5))
        run = next((run for run in tried if run is not None and _are_values(frame[run[0]])), None)
        if run is not None:
            found.append(run)
        at += len(run[0]) if run is not None else 1
    return found


def _run(columns: list[str], size: int) -> tuple[list[str], list[int]] | None:
    words = [_WORDS.findall(column) for column in columns]
    if len(columns) < size or any(map(str.isdecimal, "".join(columns))) or not all(words):
        return None
    for place in (0, -1):
        if len({" ".join(row[1:] if place == 0 else row[:-1]) for row in words}) == 1:
            days = weekday_names.days([row[place] for row in words])
            if days is not None:
                return columns, days
    return None


def _are_values(cells: pd.DataFrame) -> bool:
    """Whether all columns hold numbers, and not only 0 and 1, which say what day a row is."""
    different: set[str] = set()
    for column in cells.columns:
        present = numbers.gaps_aside(parts.as_text(cells[column].iloc[:100]))
        if len(present) and not numbers.are_numbers(present, 0.5):
            return False
        different |= set(present.astype("str"))
    return not different <= {"0", "1", "0.0", "1.0"}
