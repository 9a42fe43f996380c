"""Which cells are dates, and in which order they are read."""

import pandas as pd
import pytest

from seqserve.tabular import series_table
from testing.series_tables import DAYS, table, told, with_dates

MONTHS = 26
"""Longer than a year, and beyond the 12th of a month in days: nothing is left to guess."""


@pytest.mark.parametrize(
    "form",
    [
        *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%SZ"),
        *("%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d.%m.%Y", "%m/%d/%y", "%d/%m/%y", "%d. %m. %Y", "%d/%m/%Y %H:%M"),
        *("%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%a, %d %b %Y", "%m/%d/%Y %I:%M:%S %p"),
        *("%Y-%m-%d 00:00:00.000", "%Y-%m-%d 00:00:00+02:00", "%d/%b/%Y %H:%M:%S"),
    ],
)
def test_any_format_of_dates(form: str) -> None:
    read = with_dates([day.strftime(form) for day in DAYS])
    assert read.times is not None
    assert list(read.times.tz_localize(None)) == list(DAYS)
    assert (read.features, read.frequency, told(read)) == (["Close"], "D", [])


@pytest.mark.parametrize("form", ["%-m/%-d/%Y", "%-d/%-m/%Y", "%-d.%-m.%y"])
def test_days_and_months_of_one_digit(form: str) -> None:
    read = with_dates([day.strftime(form) for day in DAYS])
    assert list(read.times) == list(DAYS)


@pytest.mark.parametrize("form", ["%Y-%m", "%Y/%m", "%Y%m", "%m/%Y", "%b-%Y", "%B %Y", "%b-%y", "%d/%m/%Y", "%m/%d/%Y"])
def test_any_format_of_months(form: str) -> None:
    months = pd.date_range("1990-01-01", periods=MONTHS, freq="MS")
    read = with_dates([month.strftime(form) for month in months], name="Month")
    assert list(read.times) == list(months)
    assert (read.frequency, told(read)) == ("MS", [])


@pytest.mark.parametrize("form", ["{0}Q{1}", "{0}-Q{1}", "Q{1} {0}"])
def test_quarters(form: str) -> None:
    read = with_dates([form.format(2010 + i // 4, i % 4 + 1) for i in range(12)], name="Quarter")
    assert list(read.times) == list(pd.date_range("2010-01-01", periods=12, freq="QS"))
    assert read.frequency == "QS-OCT"


def test_the_first_column_of_nothing_but_dates_is_found_by_its_cells() -> None:
    read = table(
        "shop,when,until,load\n" + "\n".join(f"{day.day},{day:%d/%m/%Y},{day:%d/%m/%Y},{day.day / 2}" for day in DAYS),
        "load",
    )
    assert list(read.times) == list(DAYS)
    assert read.time == ["when"]


def test_day_and_month_are_told_apart_by_the_rows_around() -> None:
    january = ["1/3/2017", "1/4/2017", "1/5/2017", "1/6/2017", "1/9/2017", "1/10/2017"]
    assert with_dates(january).times[-1] == pd.Timestamp("2017-01-10")
    swapped = ["3/1/2017", "4/1/2017", "5/1/2017", "6/1/2017", "9/1/2017", "10/1/2017"]
    assert with_dates(swapped).times[-1] == pd.Timestamp("2017-01-10")


def test_files_with_different_dates_can_be_joined() -> None:
    parts = [
        series_table.parse("a", b"Date,Close\n2018-12-28,1\n2018-12-31,2"),
        series_table.parse("b", b"Date,Close\n1/2/19,3\n1/14/19,4"),
    ]
    joined = series_table.clean(pd.concat(parts, ignore_index=True))
    assert [f"{time:%Y-%m-%d}" for time in joined.times] == ["2018-12-28", "2018-12-31", "2019-01-02", "2019-01-14"]


@pytest.mark.parametrize(("name", "dated"), [("Year", True), ("date", True), ("Sales", False)])
def test_years_are_dates_where_the_column_says_so(name: str, dated: bool) -> None:
    read = table(f"{name},Passengers\n" + "\n".join(f"{year},{year * 2}" for year in range(1949, 1961)))
    assert (read.times is not None) == dated
    assert read.features == ["Passengers"]
    if dated:
        assert read.frequency == "YS-JAN"


def test_unix_times_are_dates_where_the_column_says_so() -> None:
    start = 1_600_000_000
    for factor in (1, 1000):
        read = table("timestamp,load\n" + "\n".join(f"{(start + 3600 * i) * factor},{i}" for i in range(5)))
        assert (read.times[0], read.frequency) == (pd.Timestamp("2020-09-13T12:26:40"), "h")


@pytest.mark.parametrize("name", ["month", "day", "hour", "period", "time", "week"])
def test_whole_numbers_that_count_something_are_no_dates(name: str) -> None:
    read = table(f"{name},load\n" + "\n".join(f"{i},{i * 2}" for i in range(1, 13)))
    assert read.times is None
    assert read.features == ["load"]


def test_a_date_in_several_columns_is_put_together() -> None:
    hours = pd.date_range("2010-01-01", periods=60, freq="h")
    rows = [f"{i},{t.year},{t.month},{t.day},{t.hour},{i * 2},NW" for i, t in enumerate(hours, 1)]
    read = table("No,year,month,day,hour,pm2.5,cbwd\n" + "\n".join(rows), "pm2.5")
    assert list(read.times) == list(hours)
    assert (read.frequency, told(read)) == ("h", [])


def test_words_are_no_dates() -> None:
    read = table("day,wind,load\n" + "\n".join(f"{day},{wind},1" for day, wind in [("Mon", "NW"), ("May", "SE")] * 3))
    assert read.times is None
    assert read.features == ["load"]


def test_times_keep_their_zone_and_days_are_counted_by_its_calendar() -> None:
    days = ["2012-03-09 00:00:00-05:00", "2012-03-12 00:00:00-04:00", "2012-03-13 00:00:00-04:00"]
    assert [time.isoformat() for time in with_dates(days).times] == [day.replace(" ", "T") for day in days]
    hours = ["2012-11-04T00:30-04:00", "2012-11-04T01:30-04:00", "2012-11-04T01:30-05:00", "2012-11-04T02:30-05:00"]
    assert [time.tz_convert("UTC").hour for time in with_dates(hours).times] == [4, 5, 6, 7]
    assert with_dates(hours).frequency == "h"


def test_a_column_named_as_dates_that_holds_none_is_said_so() -> None:
    read = table("Date,a\nfirst,1\nsecond,2\n")
    assert read.times is None
    assert told(read) == ["column Date holds no dates that can be read"]
