"""Decides whether the day or the month comes first, by evidence in the column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seqserve.tabular.timegrid import frequency

WORDS = {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year/month/day", "my": "month and year"}
_CLEARLY = 0.3  # share of holes by which one order must be better


@dataclass(frozen=True)
class Decision:
    """The order that was taken, the day of each cell in it, and why."""

    order: str
    days: pd.DatetimeIndex
    why: str


def decide(
    days: Mapping[str, pd.DatetimeIndex],
    with_clock: Callable[[pd.DatetimeIndex], pd.DatetimeIndex],
    day_first: bool | None,
    dots: bool,
    column: str,
) -> Decision:
    """Take the order that reads the most cells; of equal ones the one with even steps, or whose rows are in order.

    Args:
        days: order to the day of each cell, in the order of the file, NaT where it makes no date.
        with_clock: gives the times of all rows, given the days.
        day_first: what the user says.
        dots: whether the parts are separated by dots, as where the day comes first.

    Raises:
        ValueError: nothing tells; the message names `--day-first`.
    """
    if day_first is not None:
        wanted = [order for order in days if order in (("dmy",) if day_first else ("mdy", "ymd"))] or list(days)
        days = {order: days[order] for order in wanted}
    unread = {order: int(np.count_nonzero(times.isna())) for order, times in days.items()}
    fewest = [order for order in days if unread[order] == min(unread.values())]
    if len(fewest) == 1:
        why = "as --day-first says" if day_first is not None else "no other order reads every cell"
        return Decision(fewest[0], days[fewest[0]], why if len(unread) > 1 else "")
    different = [order for order in fewest if not days[order].equals(days[fewest[0]])]
    if not different:
        return Decision(fewest[0], days[fewest[0]], "")
    uneven = {order: _unevenness(with_clock(days[order])) for order in fewest}
    best = min(uneven.values())
    even = [order for order in fewest if uneven[order] < best + _CLEARLY and (best > 0 or uneven[order] == 0)]
    if len(even) == 1:
        return Decision(even[0], days[even[0]], "its steps are even, those of another order are not")
    ordered = [order for order in even if is_in_order(days[order])]
    if len(ordered) == 1:
        return Decision(ordered[0], days[ordered[0]], "its rows are in order, those of another order are not")
    if dots and "dmy" in even:
        return Decision("dmy", days["dmy"], "parts are separated by dots")
    ways = " or ".join(WORDS.get(order, order) for order in even)
    shown = ", ".join(f"{days[order].dropna()[0]:%Y-%m-%d} to {days[order].dropna()[-1]:%Y-%m-%d}" for order in even)
    raise ValueError(
        f"the dates of column {column} can be {ways} ({shown}), and nothing in the file tells; "
        "say --day-first or --no-day-first"
    )


def _unevenness(times: pd.DatetimeIndex) -> float:
    """Share of holes, 1 where there is no frequency."""
    known = times.dropna().unique().sort_values()
    steps = frequency.find(known)
    return 1.0 if steps is None else round(frequency.holes(known, steps), 3)


def unswapped(cells: list[str], days: pd.DatetimeIndex) -> pd.DatetimeIndex | None:
    """The days of a column in which a program in another country took day and month for each other where it could.

    Some cells are then dates as that program writes them, none of a day above 12, and all others as they were, none of
    a day below 13. None if that is not so, or does not put the rows in order.

    Args:
        days: of each cell of the form yyyy-mm-dd; NaT for others.
    """
    iso = np.array([bool(re.match(r"\d{4}\D", cell)) for cell in cells])
    others = pd.Series(cells)[~iso].str.extract(r"^(\d{1,2})\D(\d{1,2})\D(\d{4})$")
    if (
        not 0 < iso.sum() < len(cells)
        or others.isna().any(axis=None)
        or days[iso].hasnans
        or (days[iso].day > 12).any()
    ):
        return None
    first, second, year = (others[place].astype(int) for place in range(3))
    if first.min() > 12:
        first, second = second, first
    if second.min() < 13 or first.max() > 12:
        return None
    month, day = np.array(days.day), np.array(days.month)
    years = np.array(days.year)
    month[~iso], day[~iso], years[~iso] = first, second, year
    changed = pd.DatetimeIndex(pd.to_datetime({"year": years, "month": month, "day": day}, errors="coerce"))
    as_they_are = days.where(iso, changed)
    return changed.as_unit("us") if is_in_order(changed) and not is_in_order(as_they_are) else None


def is_in_order(times: pd.DatetimeIndex) -> bool:
    """Whether all times come one after the other, forwards or backwards."""
    known = times.dropna()
    return bool(known.is_monotonic_increasing or known.is_monotonic_decreasing)


def are_months(times: pd.DatetimeIndex) -> bool:
    """Whether two digits beside a month are a year and not a day: no day is 0 or 32, and days of a month follow on.

    Args:
        times: in the order of the file.
    """
    known = times.dropna()
    years = np.asarray(known.year % 100)
    steps = np.abs(np.diff(known.asi8)) / 86_400e6
    return bool(((years > 31) | (years == 0)).any() or (len(steps) and np.median(steps) < 93))


def earlier_century(days: pd.DatetimeIndex) -> pd.DatetimeIndex | None:
    """The same with years of 1900, where years of two digits put the rows in order only then; else none."""
    if is_in_order(days):
        return None
    late = np.asarray(days.year >= 2000)
    moved = days.where(~late, days - pd.DateOffset(years=100)).as_unit("us")
    return moved if is_in_order(moved) else None
