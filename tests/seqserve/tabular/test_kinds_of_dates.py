"""Dates and their columns as people in many places write them, read as they are meant, or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import pytest

from seqserve.tabular import series_table
from seqserve.tabular.series_table import ReadOptions, Table

ROWS = 90
VALUES = np.round(100 + 10 * np.sin(np.arange(ROWS) / 3) + np.random.default_rng(1).normal(0, 2, ROWS), 2)
DAYS = pd.date_range("2022-01-01", periods=ROWS)
HOURS = pd.date_range("2022-01-01", periods=ROWS, freq="h")
WEEKS = pd.date_range("2020-01-06", periods=ROWS, freq="W-MON")
MONTHS = pd.date_range("2010-01-01", periods=ROWS, freq="MS")
QUARTERS = pd.date_range("2000-01-01", periods=ROWS, freq="QS")
YEARS = pd.date_range("1950-01-01", periods=ROWS, freq="YS")
ROMAN = ["", "I", "II", "III", "IV"]
FRENCH = ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."]

Write = Callable[[pd.Timestamp], str]


def text(header: str, cells: Iterable[str], values: Iterable[object] = VALUES) -> str:
    return "\n".join([header, *(f"{cell};{value}" for cell, value in zip(cells, values, strict=True))])


def read(content: str, **said: object) -> Table:
    options = ReadOptions(**said)  # type: ignore[arg-type]
    return series_table.clean(series_table.parse("own.csv", content.encode(), options), options, "own.csv")


def refused(content: str, **said: object) -> str:
    with pytest.raises(ValueError, match=r"^own\.csv") as caught:
        read(content, **said)
    return str(caught.value)


def other_digits(cell: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(letter)) if letter.isdecimal() else letter for letter in cell)


@pytest.mark.parametrize(
    ("name", "times", "write"),
    [
        ("Datum", DAYS, lambda time: f"{time:%d%m%y}"),
        ("date", DAYS, lambda time: f"{time:%m%d%y}"),
        ("date", DAYS, lambda time: f"{time:%y%m%d}"),
        ("date", DAYS, lambda time: f"{FRENCH[time.weekday()]} {time:%d/%m/%Y}"),
        ("วันที่", DAYS, lambda time: f"{time:%d/%m}/{time.year + 543}"),
        ("تاریخ", DAYS, lambda time: other_digits(f"{time:%Y-%m-%d}", "۰")),
        ("日付", DAYS, lambda time: other_digits(f"{time:%Y/%m/%d}", "０").replace("/", "／")),
        ("time", HOURS, lambda time: f"{time:%a %b %d %H:%M:%S %Y}"),
        ("MTU", HOURS, lambda time: f"{time:%d.%m.%Y %H:%M} - {time + pd.Timedelta(hours=1):%d.%m.%Y %H:%M}"),
        ("Woche", WEEKS, lambda time: f"{time:%d.%m.%Y} - {time + pd.Timedelta(days=6):%d.%m.%Y}"),
        ("period", WEEKS, lambda time: f"{time:%G%V}"),
        ("Monat", MONTHS, lambda time: f"{time:%m.%Y}"),
        ("Monat", MONTHS, lambda time: f"{time:%m%Y}"),
        ("month", MONTHS, lambda time: f"{time:%Y.%m}"),
        ("month", MONTHS, lambda time: f"{time:%Y.%m}".removesuffix("0")),
        ("kỳ", MONTHS, lambda time: f"Tháng {time.month} {time.year}"),
        ("okres", QUARTERS, lambda time: f"{ROMAN[time.quarter]} kw. {time.year}"),
        ("Trimestre", QUARTERS, lambda time: f"{ROMAN[time.quarter]}-{time.year}"),
        ("season", YEARS, lambda time: f"{time.year}/{(time.year + 1) % 100:02d}"),
        ("year", YEARS, lambda time: f"{time.year}-{time.year + 1}"),
    ],
)
def test_ways_to_write_a_time(name: str, times: pd.DatetimeIndex, write: Write) -> None:
    table = read(text(f"{name};y", map(write, times)))
    assert table.times is not None
    assert list(table.times) == list(times)
    assert (table.rows, table.dropped) == (ROWS, 0)
    np.testing.assert_array_equal(table.values[:, 0], VALUES)


@pytest.mark.parametrize(
    ("months", "language"),
    [
        ("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر", "Arabic"),
        ("ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר", "Hebrew"),
        ("जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर", "Hindi"),
        ("มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม", "Thai"),
    ],
)
def test_months_of_other_scripts(months: str, language: str) -> None:
    names = months.split()
    assert list(read(text("when;y", [f"{names[time.month - 1]} {time.year}" for time in MONTHS])).times) == list(MONTHS)


@pytest.mark.parametrize(
    ("header", "times", "write"),
    [
        ("Year;Half", pd.date_range("2000-01-01", periods=ROWS, freq="6MS"), lambda t: f"{t.year};H{t.month // 6 + 1}"),
        ("year;day of year", DAYS, lambda time: f"{time.year};{time.day_of_year}"),
        ("yr;mo;dy;hr;mn", HOURS, lambda time: f"{time:%Y;%m;%d;%H;%M}"),
    ],
)
def test_parts_of_a_time_in_columns_of_their_own(header: str, times: pd.DatetimeIndex, write: Write) -> None:
    table = read(text(f"{header};y", map(write, times)))
    assert list(table.times) == list(times)
    assert table.time == header.split(";")


def test_hours_of_another_column_tell_day_and_month_apart() -> None:
    table = read(text("Date;Hour;MW", [f"{time:%m/%d/%Y};{time.hour + 1}" for time in HOURS]))
    assert list(table.times) == list(HOURS + pd.Timedelta(hours=1))
    assert "column Hour counts hours 1 to 24: each is read as the time when it ends" in table.report


@pytest.mark.parametrize(
    "write",
    [
        lambda time: f"{time:%m/%y}",
        lambda time: f"{time:%Y-%d-%m}",
        lambda time: f"14{time:%y/%m/%d}".replace("1422", "1400"),
        lambda time: f"{time:%Y-%m-%d %H:%M} IST",
    ],
)
@pytest.mark.parametrize("name", ["date", "วันที่"])
def test_dates_that_cannot_be_read_are_refused_and_not_taken_in_the_order_of_the_file(name: str, write: Write) -> None:
    if name == "date" or "/" not in write(DAYS[0])[:3]:
        assert "--time" in refused(text(f"{name};y", map(write, DAYS)))


def test_thirteen_periods_of_a_year_are_no_weeks() -> None:
    assert "--id" in refused(text("Year;Period;y", [f"{2010 + row // 13};{row % 13 + 1}" for row in range(ROWS)]))


def test_days_of_25_hours_are_refused() -> None:
    hours = [f"{day:%Y-%m-%d};{hour + 1}" for day in DAYS[:4] for hour in range(25 if day.day == 2 else 24)]
    assert "25 hours" in refused(text("date;hour;y", hours[:ROWS]))


@pytest.mark.parametrize("column", ["hour", "revision"])
def test_hours_and_revisions_are_no_ids(column: str) -> None:
    rows = [f"{day:%Y-%m-%d};{mark}" for mark in "AB" for day in DAYS[: ROWS // 2]]
    assert "--id" in refused(text(f"date;{column};y", rows))


@pytest.mark.parametrize(
    "labels", [["2022-06-01", "2022-09-01"], ["202101", "202102"], ["4006381333931", "4006381333948"]]
)
def test_ids_that_look_like_dates(labels: list[str]) -> None:
    rows = [f"{label};{day:%Y-%m-%d}" for label in labels for day in DAYS[: ROWS // 2]]
    table = read(text("contract;date;price", rows))
    assert (table.time, table.ids, table.target) == (["date"], ["contract"], "price")


@pytest.mark.parametrize(
    "cells", [[f"{2459580.5 + row}" for row in range(ROWS)], [f"{row / 10:.1f}" for row in range(ROWS)], ["3"] * ROWS]
)
def test_what_goes_evenly_or_stays_is_not_forecast(cells: list[str]) -> None:
    table = read(text("reading;v", cells))
    assert table.target == "v"


def test_steps_that_are_counted_backwards() -> None:
    table = read(text("week;y", [str(ROWS - row) for row in range(ROWS)]))
    np.testing.assert_array_equal(table.values[:, 0], VALUES[::-1])


def test_first_rows_with_a_word_among_their_values_are_no_header() -> None:
    assert "row 2: '<0.5' in column ppm" in refused(text("date;ppm", map(str, DAYS), ["<0.5", *VALUES[1:]]))
    assert "row 2: 'closed' in column sold" in refused(text("date;sold", map(str, DAYS), ["closed", *VALUES[1:]]))


def test_decimal_commas_between_commas_are_refused() -> None:
    rows = [f"{day:%Y-%m-%d},{value:.2f}".replace(".", ",") for day, value in zip(DAYS, VALUES, strict=True)]
    assert "put quotes around" in refused("\n".join(["Datum,Wert", *rows]))


def test_a_delimiter_behind_each_row_makes_no_column() -> None:
    table = read("\n".join(["date;y", *(f"{day:%Y-%m-%d};{value};" for day, value in zip(DAYS, VALUES, strict=True))]))
    assert (table.time, table.target) == (["date"], "y")


def test_a_title_of_two_cells_stands_above_years() -> None:
    years = ",".join(map(str, range(1960, 2000)))
    rows = [f"c{country},GDP,{','.join(map(str, VALUES[:40]))}" for country in range(5)]
    table = read("\n".join(['"Source","World"', "", f"Country,Indicator,{years}", *rows]), wide=True)
    assert (len(table.series), table.frequency) == (5, "YS-JAN")


def test_day_and_month_that_a_program_has_swapped_where_it_could() -> None:
    cells = [f"{day:%Y-%d-%m}" if day.day <= 12 else f"{day:%d/%m/%Y}" for day in DAYS]
    table = read(text("date;y", cells))
    assert list(table.times) == list(DAYS)
    assert any("the wrong way round" in note for note in table.report)


def test_numbers_under_a_name_with_a_word_for_time_are_no_dates() -> None:
    rows = [f"{time:%d.%m.%Y %H:%M};{40_000 + 10 * value:.0f}" for time, value in zip(HOURS, VALUES, strict=True)]
    table = read(text("MTU;Day-ahead Load;Load", rows))
    assert (table.time, table.target) == (["MTU"], "Day-ahead Load")


def test_a_date_that_is_the_same_in_all_rows_is_not_the_time() -> None:
    table = read(text("LAST UPDATE;TIME_PERIOD;y", [f"12/03/24 11:00:00;{month:%Y-%m}" for month in MONTHS]))
    assert (table.time, table.frequency) == (["TIME_PERIOD"], "MS")


def test_a_number_of_the_day_of_the_week_is_not_forecast() -> None:
    assert read(text("Date;DayOfWeek;Sales", [f"{day:%Y-%m-%d};{day.weekday() + 1}" for day in DAYS])).target == "Sales"
