"""Tables with a row for each week and a column for each weekday."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from seqserve.tabular import series_table
from seqserve.tabular.series_table import ReadOptions, Table

ENGLISH = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONDAYS = pd.date_range("2023-01-02", periods=20, freq="7D")
SUNDAYS = MONDAYS - pd.Timedelta(days=1)
VALUES = np.round(np.random.default_rng(1).normal(100, 10, 200), 1)


def read(names: Sequence[str], labels: Sequence[object], behind: str = "", **said: object) -> Table:
    """A row for each label, its first cell, values of the other columns, and `behind` at its end."""
    size = len(names) - 1
    rows = [
        ";".join([str(label), *map(str, VALUES[size * at : size * (at + 1)])]) + behind
        for at, label in enumerate(labels)
    ]
    content = "\n".join([";".join(names) + (";Total" if behind else ""), *rows, ""]).encode()
    options = ReadOptions(**said)  # type: ignore[arg-type]
    return series_table.clean(series_table.parse("own.csv", content, options), options, "own.csv")


@pytest.mark.parametrize(
    ("names", "labels", "start"),
    [
        (["Week", *ENGLISH], MONDAYS.date, "2023-01-02"),
        (["Week", *ENGLISH], MONDAYS.date[::-1], "2023-01-02"),
        (["Week", *ENGLISH], [f"2023-W{week:02d}" for week in range(1, 21)], "2023-01-02"),
        (["Week ending", *ENGLISH], (MONDAYS + pd.Timedelta(days=6)).date, "2023-01-02"),
        (["Week", "Sun", *ENGLISH[:-1]], SUNDAYS.date, "2023-01-01"),
        (["Week of", *(f"{day} sales" for day in ENGLISH)], MONDAYS.date, "2023-01-02"),
        (["Week", "M", "T", "W", "Th", "F", "Sa", "Su"], MONDAYS.date, "2023-01-02"),
        (["Woche", "Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"], MONDAYS.strftime("%d.%m.%Y"), "2023-01-02"),
        (["Semaine", "Lun.", "Mar.", "Mer.", "Jeu.", "Ven.", "Sam.", "Dim."], MONDAYS.date, "2023-01-02"),
        (["Semana", "L", "M", "X", "J", "V", "S", "D"], MONDAYS.date, "2023-01-02"),
        (["Неделя", "Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"], MONDAYS.date, "2023-01-02"),
        (["週", *"月火水木金土日"], MONDAYS.date, "2023-01-02"),
    ],
)
def test_days_of_weeks_are_one_daily_series(names: Sequence[str], labels: Sequence[object], start: str) -> None:
    table = read(names, labels)
    assert list(table.times) == list(pd.date_range(start, periods=140))
    in_order = VALUES[:140].reshape(20, 7)[:: -1 if labels[0] > labels[-1] else 1]  # type: ignore[operator]
    np.testing.assert_array_equal(table.values[:, 0], in_order.ravel())
    assert (table.frequency, table.season, table.rows, table.dropped) == ("D", 7, 20, 0)
    assert any("the days of each row's week" in note and "--wide" in note for note in table.report)


@pytest.mark.parametrize("labels", [range(1, 21), [f"Week {number}" for number in range(1, 21)]])
def test_weeks_that_are_numbered(labels: Sequence[object]) -> None:
    table = read(["Week", *ENGLISH], labels)
    np.testing.assert_array_equal(table.values[:, 0], VALUES[:140])
    assert (table.frequency, table.season) == ("D", 7)


@pytest.mark.parametrize(
    ("name", "offset"), [("Week", 0), ("Week ending", 4), ("Week ending", 6), ("Week beginning", -1)]
)
def test_weeks_of_business_days(name: str, offset: int) -> None:
    table = read([name, *ENGLISH[:5]], (MONDAYS + pd.Timedelta(days=offset)).date, behind=";1")
    assert list(table.times) == list(pd.bdate_range("2023-01-02", periods=100))
    np.testing.assert_array_equal(table.values[:, 0], VALUES[:100])


@pytest.mark.parametrize(
    ("names", "labels", "message"),
    [
        (["Store", *ENGLISH], [f"s{number}" for number in range(20)], "no column has the week"),
        (["Month", *ENGLISH], pd.date_range("2020-01-01", periods=20, freq="MS").date, "not a week apart"),
        (["Week", "Sun", *ENGLISH[:-1]], MONDAYS.date, "dates of Week are Mondays"),
        (["Week", *ENGLISH[:5]], SUNDAYS.date, "dates of Week are Sundays"),
        (["Week", *(f"a {day}" for day in ENGLISH), *(f"b {day}" for day in ENGLISH)], MONDAYS.date, "and so are b"),
    ],
)
def test_weeks_with_two_readings_are_refused(names: Sequence[str], labels: Sequence[object], message: str) -> None:
    with pytest.raises(ValueError, match=f"{message}.*--wide"):
        read(names, labels)


def test_what_the_user_names_decides() -> None:
    names, labels = ["Week", *ENGLISH], MONDAYS.date
    assert read(names, labels, target=["Tue"]).frequency == "W-MON"
    assert len(read(names, labels, wide=True).series) == 7


def test_columns_that_say_what_day_a_row_is_stay_columns() -> None:
    days = pd.date_range("2023-01-02", periods=30)
    body = [
        f"{day.date()},{value}," + ",".join(str(int(day.day_of_week == at)) for at in range(7))
        for day, value in zip(days, VALUES, strict=False)
    ]
    content = "\n".join([",".join(["date", "sales", *ENGLISH]), *body]).encode()
    table = series_table.clean(series_table.parse("own.csv", content))
    assert (table.target, len(table.values)) == ("sales", 30)
