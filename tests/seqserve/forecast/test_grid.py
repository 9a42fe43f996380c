from __future__ import annotations

import pandas as pd
import pytest

from seqserve.errors import InputError
from seqserve.forecast import grid


def days(*dates: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(pd.to_datetime(list(dates)))


@pytest.mark.parametrize(
    ("frequency", "moment"),
    [
        ("D", "2017-01-07T03:00"),
        ("W-MON", "2017-01-02"),
        ("2MS", "2017-02-01"),
        ("QS-OCT", "2017-01-01"),
        ("h", "2017"),
    ],
)
def test_a_moment_on_the_grid_is_fine(frequency: str, moment: str) -> None:
    grid.check_anchor(pd.Timestamp(moment), frequency, "start")


@pytest.mark.parametrize(
    ("frequency", "moment", "other"),
    [
        ("W", "2017-01-03", "W-TUE"),
        ("2W-SUN", "2017-01-03", "2W-TUE"),
        ("MS", "2017-02-28", "ME"),
        ("ME", "2017-02-01", "MS"),
        ("BME", "2017-04-30", "ME"),
        ("QE", "2017-02-01", "QS-FEB"),
        ("YS", "2017-06-30", "YE-JUN"),
    ],
)
def test_a_frequency_that_fits_is_offered(frequency: str, moment: str, other: str) -> None:
    with pytest.raises(InputError, match=f"or frequency {other}$"):
        grid.check_anchor(pd.Timestamp(moment), frequency, "start")


@pytest.mark.parametrize(("frequency", "moment"), [("MS", "2017-01-17"), ("B", "2017-01-07"), ("SMS", "2017-01-31")])
def test_where_none_fits_none_is_offered(frequency: str, moment: str) -> None:
    with pytest.raises(InputError, match=r"send one of them$"):
        grid.check_anchor(pd.Timestamp(moment), frequency, "start")


def test_many_missing_business_days_are_no_holidays() -> None:
    with pytest.raises(InputError, match="not regular"):
        grid.infer(days("2017-01-02", "2017-01-03", "2017-01-05", "2017-01-09", "2017-01-12"))
    assert grid.infer(days(*[f"2017-01-{day:02d}" for day in (2, 3, 4, 5, 9, 10, 11, 12, 13)]))[0] == "B"


def test_hours_are_no_business_days() -> None:
    hours = pd.date_range("2017-01-02", periods=5, freq="h")
    assert grid.infer(pd.DatetimeIndex(hours)) == ("h", [])
    with pytest.raises(InputError, match="step 1"):
        grid.check_regular(pd.DatetimeIndex(hours), "B")


@pytest.mark.parametrize(
    ("written", "today"),
    [
        ("M", "ME"),
        ("Q", "QE"),
        ("A-MAR", "YE-MAR"),
        ("2H", "2h"),
        ("T", "min"),
        ("d", "D"),
        ("w-mon", "W-MON"),
        ("me", "ME"),
    ],
)
def test_an_alias_of_other_days_is_told_what_it_is_today(written: str, today: str) -> None:
    with pytest.raises(InputError, match=f"use {today}$"):
        grid.offset(written)


def test_order_is_told_by_the_first_step_that_breaks_it() -> None:
    grid.check_order(days("2017-01-02", "2017-01-03"))
    with pytest.raises(InputError, match="step 2 is 2017-01-01"):
        grid.check_order(days("2017-01-02", "2017-01-03", "2017-01-01", "2017-01-01"))
