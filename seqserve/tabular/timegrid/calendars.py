"""Steps of months: on a day of the month, at its end, on business days, every two months, quarters and years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset

from seqserve.tabular.timegrid.steps import Integers, Steps, season_of

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_QUARTER_ENDS = ["DEC", "OCT", "NOV"]  # by the number of a month that a quarter begins or ends with, modulo 3
_WORDS = {
    "MS": "on the first of",
    "ME": "at the end of",
    "BMS": "on the first business day of",
    "BME": "on the last business day of",
}


@dataclass(frozen=True)
class Candidate:
    """A calendar that may fit.

    Args:
        steps: what it would mean.
        positions: (T,), the number of the step each day belongs to; -1 where the day is none of its.
    """

    steps: Steps
    positions: Integers


def candidates(days: pd.DatetimeIndex) -> Iterator[Candidate]:
    """The calendars of months for days, sorted and none twice, at midnight."""
    months = np.asarray(days.year * 12 + days.month - 1, np.int64)
    day, length = np.asarray(days.day), np.asarray(days.days_in_month)
    month_start = days.to_period("M").to_timestamp()
    next_start = month_start + pd.offsets.MonthBegin()
    first_business = month_start + pd.offsets.BDay(0)
    last_business = next_start - pd.offsets.BDay(1)
    rules = {
        "MS": day == 1,
        "ME": day == length,
        "BMS": np.asarray(days == first_business),
        "BME": np.asarray(days == last_business),
    }
    for rule, fits in rules.items():
        yield from _of_rule(rule, months, fits)
    usual = int(np.bincount(day).argmax())
    if 1 < usual < 29:
        yield from _of_day(usual, months, day == usual)
    elif usual < 31:
        yield from _of_day(usual, months, day == np.minimum(usual, length))
    for alias, halves in {"SMS": (day == 1, day == 15), "SME": (day == 15, day == length)}.items():
        offset = to_offset(alias)
        assert offset is not None
        at = np.where(halves[0], 2 * months, np.where(halves[1], 2 * months + 1, -1))
        both = "1st and 15th" if alias == "SMS" else "15th and last day"
        yield Candidate(Steps(alias, f"on the {both} of each month", 24, offset), at)


def _of_rule(rule: str, months: Integers, fits: np.ndarray) -> Iterator[Candidate]:
    count = _usual_step(months[fits])
    if not count:
        return
    alias, at = _alias(rule, count, int(months[fits][-1])), _every(months, fits, count)
    offset = to_offset(alias)
    assert offset is not None
    yield Candidate(Steps(alias, f"{_WORDS[rule]} {_each(count)}", season_of(offset), offset), at)


def _of_day(day: int, months: Integers, fits: np.ndarray) -> Iterator[Candidate]:
    count = _usual_step(months[fits])
    if count:
        offset = pd.DateOffset(months=count, day=day)
        season = 12 // count if 12 % count == 0 else 1
        yield Candidate(Steps(None, f"on day {day} of {_each(count)}", season, offset), _every(months, fits, count))


def _every(months: Integers, fits: np.ndarray, count: int) -> Integers:
    phase = int(np.bincount(months[fits] % count).argmax())
    return np.where(fits & (months % count == phase), months // count, -1)


def _usual_step(months: Integers) -> int:
    """How many months lie between most of the times, 0 for too few times."""
    steps = np.diff(months)
    return int(np.bincount(steps).argmax()) if len(steps) > 1 else 0


def _alias(rule: str, count: int, month: int) -> str:
    letter, business = rule[-1], rule[:-2]
    if count % 12 == 0:
        return f"{_times(count // 12)}{business}Y{letter}-{_MONTHS[month % 12]}"
    if count == 3:
        return f"{business}Q{letter}-{_QUARTER_ENDS[(month + 1) % 3]}"
    return f"{_times(count)}{rule}"


def _times(count: int) -> str:
    return "" if count == 1 else str(count)


def _each(months: int) -> str:
    named = {1: "each month", 3: "each quarter", 12: "each year"}
    return named.get(months) or (f"every {months // 12} years" if months % 12 == 0 else f"every {months} months")
