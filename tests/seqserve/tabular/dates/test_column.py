from __future__ import annotations

import pandas as pd
import pytest

from seqserve.tabular.dates import column
from seqserve.tabular.dates.column import MonthsWithoutYearError


def parsed(*cells: str, name: str = "Date", day_first: bool | None = None) -> list[str]:
    times = column.read(pd.Series(cells, dtype="str", name=name), day_first=day_first).times
    return ["" if pd.isna(time) else time.isoformat().removesuffix("T00:00:00") for time in times]


DAYS = pd.date_range("2022-12-28", periods=9)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2020-01-02", "2020/01/03"], ["2020-01-02", "2020-01-03"]),
        (["13/01/2020", "01/02/2020"], ["2020-01-13", "2020-02-01"]),  # the 13th is no month
        (["01/13/2020", "02/01/2020"], ["2020-01-13", "2020-02-01"]),
        (["20200102", "20200103"], ["2020-01-02", "2020-01-03"]),
        (["13012020", "14012020"], ["2020-01-13", "2020-01-14"]),
        (["2012Q3", "2012Q4"], ["2012-07-01", "2012-10-01"]),
        (["Q3 2012", "Q4 2012"], ["2012-07-01", "2012-10-01"]),
        (["3Q12", "4Q12"], ["2012-07-01", "2012-10-01"]),
        (["1. Quartal 2012", "2. Quartal 2012"], ["2012-01-01", "2012-04-01"]),
        (["2012-T1", "2012-T2"], ["2012-01-01", "2012-04-01"]),
        (["2012-S1", "2012-S2"], ["2012-01-01", "2012-07-01"]),
        (["2012M01", "2012M12"], ["2012-01-01", "2012-12-01"]),
        (["2016-W05", "2016-W06"], ["2016-02-01", "2016-02-08"]),
        (["2016W05", "W06 2016"], ["2016-02-01", "2016-02-08"]),
        (["KW 5/2016", "KW 6/2016"], ["2016-02-01", "2016-02-08"]),
        (["2016-W05-3"], ["2016-02-03"]),
        (["令和元年5月", "平成31年4月", "昭和64年1月"], ["2019-05-01", "2019-04-01", "1989-01-01"]),
        (["民國112年3月5日"], ["2023-03-05"]),
        (["FY99", "FY00"], ["1999-01-01", "2000-01-01"]),
        (["2022-032"], ["2022-02-01"]),
        (["2020-01-02 03:04+01:00"], ["2020-01-02T03:04:00+01:00"]),
        (
            ["2020-01-02 03:04:05+00", "2020-01-02 04:04:05+00"],
            ["2020-01-02T03:04:05+00:00", "2020-01-02T04:04:05+00:00"],
        ),
        (["2020-01-02T03:04:05+0530"], ["2020-01-02T03:04:05+05:30"]),
        (["2020-06-02 03:04 Europe/Berlin"], ["2020-06-02T03:04:00+02:00"]),
        (["2020-06-02 03:04 CEST"], ["2020-06-02T03:04:00+02:00"]),
        (["2020-01-02 24:00", "2020-01-03 01:00"], ["2020-01-03", "2020-01-03T01:00:00"]),
        (["13.01.2020 12:30 Uhr"], ["2020-01-13T12:30:00"]),
        (["13.01.2020 12.30"], ["2020-01-13T12:30:00"]),
        (["1/13/2020 12:30 AM", "1/13/2020 1:00 PM"], ["2020-01-13T00:30:00", "2020-01-13T13:00:00"]),
        (["1/13/2020 12 AM", "1/13/2020 1 p.m."], ["2020-01-13", "2020-01-13T13:00:00"]),
        (["2020-01-02 03:04:05.250"], ["2020-01-02T03:04:05.250000"]),
        (["2020-01-02 03:04:05,250"], ["2020-01-02T03:04:05.250000"]),
        (["20200102T0304", "20200102T0404"], ["2020-01-02T03:04:00", "2020-01-02T04:04:00"]),
        (["2020-01-02T05", "2020-01-02T06"], ["2020-01-02T05:00:00", "2020-01-02T06:00:00"]),
        (["01JAN2020:03:04:05"], ["2020-01-01T03:04:05"]),
        (["Fri, 03 Jan 2020", "Sat, 04 Jan 2020"], ["2020-01-03", "2020-01-04"]),
        (["Fr 17.01.2020", "Sa 18.01.2020"], ["2020-01-17", "2020-01-18"]),
        (["January 1st, 2020", "February 2nd, 2020"], ["2020-01-01", "2020-02-02"]),
        (["3 de enero de 2020", "4 de febrero de 2020"], ["2020-01-03", "2020-02-04"]),
        (["Mär 2020", "Mai 2020", "Okt 2020", "Dez 2020"], ["2020-03-01", "2020-05-01", "2020-10-01", "2020-12-01"]),
        (["janv. 2020", "févr. 2020", "août 2020"], ["2020-01-01", "2020-02-01", "2020-08-01"]),
        (["ene-20", "feb-20", "abr-20", "dic-20"], ["2020-01-01", "2020-02-01", "2020-04-01", "2020-12-01"]),
        (["2020年1月5日", "2020年1月6日"], ["2020-01-05", "2020-01-06"]),
        (["2020-01-02", "soon"], ["2020-01-02", ""]),
        (["2020-02-30", "2020-02-28"], ["", "2020-02-28"]),
        (["2020-01-02", ""], ["2020-01-02", ""]),
    ],
)
def test_dates_are_read_as_people_write_them(cells: list[str], expected: list[str]) -> None:
    assert parsed(*cells) == expected


@pytest.mark.parametrize("form", ["%y-%m-%d", "%y/%m/%d", "%d.%m.%y", "%m/%d/%y"])
def test_years_of_two_digits_are_found_by_even_steps(form: str) -> None:
    assert parsed(*(day.strftime(form) for day in DAYS)) == [f"{day:%Y-%m-%d}" for day in DAYS]


def test_two_digits_are_of_the_century_that_puts_the_rows_in_order() -> None:
    assert parsed("Jan-60", "Feb-60", "Mar-60") == ["1960-01-01", "1960-02-01", "1960-03-01"]
    assert parsed("Dec-99", "Jan-00", "Feb-00") == ["1999-12-01", "2000-01-01", "2000-02-01"]
    assert parsed("Jan-29", "Jan-30", "Jan-58") == ["1929-01-01", "1930-01-01", "1958-01-01"]


@pytest.mark.parametrize(
    ("name", "cells", "expected"),
    [
        ("timestamp", ["1577934245", "1577934246"], ["2020-01-02T03:04:05", "2020-01-02T03:04:06"]),
        ("timestamp", ["1577934245000"], ["2020-01-02T03:04:05"]),
        ("timestamp", ["1577934245000000"], ["2020-01-02T03:04:05"]),
        ("timestamp", ["1577934245000000000"], ["2020-01-02T03:04:05"]),
        ("timestamp", ["1577934245.5"], ["2020-01-02T03:04:05.500000"]),
        ("Date", ["43832", "43833"], ["2020-01-02", "2020-01-03"]),
        ("Date", ["43832.25"], ["2020-01-02T06:00:00"]),
        ("time", ["202001020304"], ["2020-01-02T03:04:00"]),
        ("time", ["202001020300", "202001022400"], ["2020-01-02T03:00:00", "2020-01-03"]),
        ("time", ["2020010203", "2020010204"], ["2020-01-02T03:00:00", "2020-01-02T04:00:00"]),
        ("time", ["20200102030405"], ["2020-01-02T03:04:05"]),
        ("time", ["1949.0", "1949.083333", "1949.166667"], ["1949-01-01", "1949-02-01", "1949-03-01"]),
        ("month", ["202001", "202012"], ["2020-01-01", "2020-12-01"]),
        ("year", ["1949", "1950"], ["1949-01-01", "1950-01-01"]),
        ("week", ["2016-05", "2016-53"], ["2016-02-01", ""]),
        ("quarter", ["1/2000", "2/2000"], ["2000-01-01", "2000-04-01"]),
        ("month", ["1/2000", "2/2000"], ["2000-01-01", "2000-02-01"]),
    ],
)
def test_digits_are_read_by_their_size_and_the_name_of_the_column(
    name: str, cells: list[str], expected: list[str]
) -> None:
    assert parsed(*cells, name=name) == expected


def test_the_order_of_day_and_month_that_makes_the_steps_even_is_taken() -> None:
    assert parsed("1/9/2017", "1/10/2017", "1/11/2017", "1/12/2017", "1/13/2017")[-2] == "2017-01-12"
    business = ["1/3/2017", "1/4/2017", "1/5/2017", "1/6/2017", "1/9/2017", "1/10/2017"]
    assert parsed(*business)[-1] == "2017-01-10"


def test_day_and_month_that_could_change_places_are_refused_with_the_flag() -> None:
    months = [f"01/{month:02d}/2000" for month in range(1, 13)]
    with pytest.raises(ValueError, match="--day-first or --no-day-first"):
        parsed(*months)
    assert parsed(*months, day_first=True)[-1] == "2000-12-01"
    assert parsed(*months, day_first=False)[-1] == "2000-01-12"


def test_parts_separated_by_dots_begin_with_the_day_where_nothing_else_tells() -> None:
    assert parsed("01.02.2020", "05.03.2020") == ["2020-02-01", "2020-03-05"]


def test_a_month_and_a_day_without_a_year_are_refused() -> None:
    days = pd.date_range("2021-01-01", periods=60)
    with pytest.raises(ValueError, match="write the year with four digits"):
        parsed(*(day.strftime("%b-%d") for day in days))


def test_months_without_a_year_are_refused() -> None:
    with pytest.raises(MonthsWithoutYearError, match="months without a year"):
        parsed("Jan", "Feb", "Mar")


def test_times_with_and_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="some times have a zone and others none"):
        parsed("2020-01-02 03:04Z", "2020-01-02 03:05")


def test_offsets_that_change_are_those_of_a_zone() -> None:
    times = column.read(pd.Series(["2020-10-25T02:30+02:00", "2020-10-25T02:30+01:00"], dtype="str")).times
    assert str(times.tz) == "Europe/Berlin"
    assert (times[1] - times[0]) == pd.Timedelta(hours=1)


@pytest.mark.parametrize("cells", [["Mon", "May"], ["NW", "SE"], ["abc 12", "abc 13"], ["1.5", "2.5"], ["", ""]])
def test_what_is_no_date(cells: list[str]) -> None:
    try:
        assert parsed(*cells, name="x") == ["", ""]
    except MonthsWithoutYearError:
        assert "May" in cells


@pytest.mark.parametrize(
    ("start", "zone", "odd"),
    [
        ("2024-01-01", None, None),
        ("2024-03-30", "Europe/Berlin", None),
        ("2024-01-01", None, "31.01.2024"),
        ("2024-01-01", None, ""),
    ],
)
def test_long_columns_are_read_in_blocks_as_short_ones_are(
    start: str, zone: str | None, odd: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = pd.date_range(start, periods=60, freq="h", tz=zone)
    cells = pd.Series([hour.isoformat() for hour in hours], name="time", dtype="str")
    if odd is not None:
        cells.iloc[-1] = odd
    whole = column.read(cells)
    monkeypatch.setattr(column, "_BLOCK", 20)
    blocks = column.read(cells)
    assert blocks.times.equals(whole.times)
    assert (str(blocks.times.dtype), blocks.form, blocks.clock) == (str(whole.times.dtype), whole.form, whole.clock)
