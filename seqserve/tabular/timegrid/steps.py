"""The steps that times go by: those that pandas has an alias for, and calendars that it has none for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.tseries.frequencies import to_offset
from pandas.tseries.offsets import BaseOffset

Integers = npt.NDArray[np.int64]

MINUTE, HOUR, DAY = 60, 3_600, 86_400
WEEK = 7 * DAY
_SEASONS = {"B": 5, "W": 52, "MS": 12, "ME": 12, "BMS": 12, "BME": 12, "QS": 4, "QE": 4, "BQS": 4, "BQE": 4}
_SEASONS |= {"SMS": 24, "SME": 24}
_FIXED_SEASONS = {DAY: 7, WEEK: 52, 2 * WEEK: 26, 4 * WEEK: 13}


@dataclass(frozen=True)
class Steps:
    """A regular way through the calendar.

    Args:
        alias: pandas offset alias, none if pandas has none.
        words: for the reader, such as `on day 15 of each month`.
        season: steps in its season, 1 is none.
        offset: one step.
        slots: seconds of the week (Monday 00:00 is 0) that have a step; none means all that `offset` leads to.
        filled: whether a missing step is a gap; else it is a holiday and stays out.
    """

    alias: str | None
    words: str
    season: int
    offset: BaseOffset
    slots: tuple[int, ...] = ()
    filled: bool = True

    def between(self, first: pd.Timestamp, last: pd.Timestamp) -> pd.DatetimeIndex:
        """All steps from `first`, which is one, to `last`, in their zone."""
        return self._open(pd.date_range(first, last, freq=self.offset))

    def following(self, last: pd.Timestamp, count: int) -> pd.DatetimeIndex:
        """The `count` steps behind `last`."""
        if not self.slots:
            return pd.date_range(last, periods=count + 2, freq=self.offset).as_unit("us").difference([last])[:count]
        weeks = count // len(self.slots) + 2
        return self._open(pd.date_range(last, last + pd.Timedelta(weeks=weeks), freq=self.offset)[1:])[:count]

    def _open(self, times: pd.DatetimeIndex) -> pd.DatetimeIndex:
        times = times.as_unit("us")
        return times[np.isin(seconds(times) % WEEK, self.slots)] if self.slots else times


def of_alias(alias: str) -> Steps:
    """The steps that a pandas offset alias means.

    Raises:
        ValueError: it is none.
    """
    try:
        offset = to_offset(alias)
    except ValueError:
        offset = None
    if offset is None or offset.n < 1:
        raise ValueError(f"{alias!r} is no pandas offset alias; use one such as h, 30min, D, B, W-MON, MS, QS, YS")
    return Steps(alias, f"by the frequency {alias}", season_of(offset), offset, filled=alias != "B")


def season_of(offset: BaseOffset) -> int:
    """Steps in the season that goes with a step: a day for steps below one, else a week or a year; 1 is none."""
    fixed = fixed_seconds(offset)
    if fixed is None:
        season = _SEASONS.get(offset.rule_code.split("-")[0], 1)
        return season // offset.n if season % offset.n == 0 else 1
    if 0 < fixed < DAY:
        whole = DAY if fixed >= MINUTE else HOUR
        return whole // fixed if whole % fixed == 0 else 1
    return _FIXED_SEASONS.get(fixed, 1)


def fixed_seconds(offset: BaseOffset) -> int | None:
    """Seconds of a step; none where steps differ in length."""
    try:
        return int(pd.Timedelta(offset).total_seconds())  # type: ignore[arg-type]  # the stubs know no Day
    except (ValueError, TypeError):
        return None


def seconds(times: pd.DatetimeIndex) -> Integers:
    """Since a Monday 00:00 on the clock of the times' zone."""
    since_1970 = times.tz_localize(None).as_unit("us").asi8 // 1_000_000
    return np.asarray(since_1970 + 3 * DAY, np.int64)  # 1970 began on a Thursday
