"""Tables with a row for each year or day, and a column for each month or hour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from seqserve.tabular import series_table
from seqserve.tabular.series_table import ReadOptions, Table

ENGLISH = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
GERMAN = ["Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"]
CLOCK = [f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in (0, 30)]
VALUES = np.round(np.random.default_rng(1).normal(100, 10, 2_000), 2)


def text(names: Sequence[object], labels: Sequence[object], behind: str = "") -> str:
    """A row for each label, its first cell, and `behind` at its end."""
    size = len(names)
    rows = [
        ",".join([str(label), *map(str, VALUES[size * at : size * (at + 1)])]) + behind
        for at, label in enumerate(labels)
    ]
    return "\n".join(rows)


def read(header: str, body: str, **said: object) -> Table:
    options = ReadOptions(**said)  # type: ignore[arg-type]
    content = f"{header}\n{body}\n".encode()
    return series_table.clean(series_table.parse("own.csv", content, options), options, "own.csv")


@pytest.mark.parametrize(
    ("first", "names", "labels", "start", "frequency"),
    [
        ("Year", ENGLISH, range(2000, 2015), "2000-01-01", "MS"),
        ("Jahr", GERMAN, range(2000, 2015), "2000-01-01", "MS"),
        ("year", [f"M{month:02d}" for month in range(1, 13)], range(2000, 2015), "2000-01-01", "MS"),
        ("", ENGLISH, range(2000, 2015), "2000-01-01", "MS"),
        ("Year", range(1, 13), range(2000, 2015), "2000-01-01", "MS"),
        ("Year", ["Q1", "Q2", "Q3", "Q4"], range(2000, 2020), "2000-01-01", "QS-OCT"),
        ("Jahr", [f"{quarter}. Quartal" for quarter in range(1, 5)], range(2000, 2020), "2000-01-01", "QS-OCT"),
        ("year", [f"W{week}" for week in range(1, 53)], (2021, 2022, 2023), "2021-01-04", "W-MON"),
        ("Date", range(24), pd.date_range("2022-01-01", periods=30).astype(str), "2022-01-01", "h"),
        ("Date", range(1, 25), pd.date_range("2022-01-01", periods=30).astype(str), "2022-01-01 01:00", "h"),
        ("Date", CLOCK, pd.date_range("2022-01-01", periods=30).astype(str), "2022-01-01", "30min"),
    ],
)
def test_columns_that_are_parts_of_a_time(
    first: str, names: Sequence[object], labels: Sequence[object], start: str, frequency: str
) -> None:
    table = read(",".join([first, *map(str, names)]), text(names, labels))
    count = len(names) * len(labels)
    assert list(table.times) == list(pd.date_range(start, periods=count, freq=frequency))
    np.testing.assert_array_equal(table.values[:, 0], VALUES[:count])
    assert (table.frequency, table.rows, table.dropped) == (frequency, len(labels), 0)
    assert any("--wide" in note for note in table.report)


def test_days_of_months() -> None:
    rows = [
        ",".join(map(str, [2021, month, *(number if number <= days else "" for number in range(1, 32))]))
        for month, days in ((1, 31), (2, 28), (3, 31))
    ]
    table = read(",".join(["Year", "Month", *map(str, range(1, 32))]), "\n".join(rows))
    assert list(table.times) == list(pd.date_range("2021-01-01", "2021-03-31"))
    assert list(table.values[:, 0]) == [time.day for time in table.times]


def test_a_total_behind_the_months_is_left_out_and_series_are_told_apart() -> None:
    body = "\n".join(f"{name},{row}" for name in "AB" for row in text(ENGLISH, range(2000, 2010), ",9").splitlines())
    table = read(",".join(["Country", "Year", *ENGLISH, "Annual"]), body)
    assert (table.ids, len(table.series)) == (["Country"], 2)
    np.testing.assert_array_equal(table.series[0].values[:, 0], VALUES[:120])


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (["item", *ENGLISH], "no column has the year"),
        (["Year", *ENGLISH[3:], *ENGLISH[:3]], "not from January to December"),
        (["item", *CLOCK], "no column has the date"),
    ],
)
def test_parts_without_a_whole_are_refused(header: list[str], message: str) -> None:
    labels = range(2000, 2010) if header[0] == "Year" else [f"i{number}" for number in range(10)]
    with pytest.raises(ValueError, match=f"{message}.*--wide"):
        read(",".join(header), text(header[1:], labels))


def test_columns_that_are_features_stay_columns() -> None:
    rows = [
        ",".join([str(day.date()), str(value), *(str(int(day.month == month)) for month in range(1, 13))])
        for day, value in zip(pd.date_range("2010-01-01", periods=60, freq="MS"), VALUES, strict=False)
    ]
    for target in ("y", "sales"):
        table = read(",".join(["date", target, *ENGLISH]), "\n".join(rows))
        assert (table.target, table.frequency, len(table.values)) == (target, "MS", 60)


def test_what_the_user_names_decides() -> None:
    body = text(ENGLISH, range(2000, 2015))
    header = ",".join(["Year", *ENGLISH])
    assert read(header, body, target=["Feb"]).frequency == "YS-JAN"
    assert len(read(header, body, wide=True).series) == 12


def _of_day(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@pytest.mark.parametrize(
    ("names", "start", "frequency"),
    [
        (range(1, 49), "2022-01-01", "30min"),
        ([f"HH{number:02d}" for number in range(1, 49)], "2022-01-01", "30min"),
        ([f"P{number}" for number in range(1, 97)], "2022-01-01", "15min"),
        ([*CLOCK[1:], "00:00"], "2022-01-01 00:30", "30min"),
        ([f"{hour}-{hour + 1}" for hour in range(24)], "2022-01-01", "h"),
        ([f"{hour % 12 or 12} {'AM' if hour < 12 else 'PM'}" for hour in range(24)], "2022-01-01", "h"),
        (["1", "2", "3A", *map(str, range(4, 25)), "3B"], "2022-01-01 01:00", "h"),
    ],
)
def test_columns_that_are_hours_and_parts_of_hours(names: Sequence[object], start: str, frequency: str) -> None:
    table = read(",".join(["Date", *map(str, names)]), text(names, pd.date_range("2022-01-01", periods=20).astype(str)))
    size = len(names) - ("3B" in names)
    assert list(table.times) == list(pd.date_range(start, periods=20 * size, freq=frequency))
    np.testing.assert_array_equal(table.values[:size, 0], VALUES[:size])
    assert table.frequency == frequency


def test_hours_of_a_shop() -> None:
    labels = pd.date_range("2022-01-01", periods=30).astype(str)
    table = read(",".join(["Date", *(f"{hour}:00" for hour in range(8, 19))]), text(range(11), labels))
    assert [time.hour for time in table.times[:12]] == [*range(8, 19), 8]
    with pytest.raises(ValueError, match=r"8 to 18 may be hours of each row's day.*--wide"):
        read(",".join(["Date", *map(str, range(8, 19))]), text(range(11), labels))


@pytest.mark.parametrize(
    ("header", "labels", "start", "frequency"),
    [
        (["Month", *range(2000, 2008)], range(1, 13), "2000-01-01", "MS"),
        (["", *range(2000, 2008)], ENGLISH, "2000-01-01", "MS"),
        (["Quarter", *range(2000, 2008)], ["Q1", "Q2", "Q3", "Q4"], "2000-01-01", "QS-OCT"),
        (["Hour", *pd.date_range("2022-01-01", periods=8).astype(str)], range(24), "2022-01-01", "h"),
        (["Time", *pd.date_range("2022-01-01", periods=8).astype(str)], CLOCK, "2022-01-01", "30min"),
    ],
)
def test_years_and_days_as_columns(
    header: Sequence[object], labels: Sequence[object], start: str, frequency: str
) -> None:
    table = read(",".join(map(str, header)), text(header[1:], labels))
    count = 8 * len(labels)
    assert list(table.times) == list(pd.date_range(start, periods=count, freq=frequency))
    np.testing.assert_array_equal(table.values[:, 0], VALUES[:count].reshape(-1, 8).T.ravel())


def test_half_years_and_days_of_months_in_one_column() -> None:
    assert read("Year,H1,H2", text([1, 2], range(2000, 2020))).frequency == "6MS"
    days = pd.date_range("2021-01-01", "2021-12-31")
    rows = [
        ",".join([f"2021-{month:02d}", *(str(day) if day <= size else "" for day in range(1, 32))])
        for month, size in enumerate(days.days_in_month[days.day == 1], 1)
    ]
    table = read(",".join(["Month", *map(str, range(1, 32))]), "\n".join(rows))
    assert list(table.times) == list(days)
    assert list(table.values[:, 0]) == list(days.day)
