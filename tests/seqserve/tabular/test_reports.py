"""Tables as reports and spreadsheets have them: merged cells, totals between the rows, flags behind numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from seqserve.tabular import series_table
from seqserve.tabular.series_table import Table

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
YEARS = range(2015, 2020)


def read(*lines: str) -> Table:
    return series_table.clean(series_table.parse("own.csv", "\n".join(lines).encode()), name="own.csv")


def test_merged_cells_take_the_one_above() -> None:
    table = read(
        "Year,Quarter,Month,Sales",
        *(
            f"{year if at == 0 else ''},{f'Q{at // 3 + 1}' if at % 3 == 0 else ''},{month},{at}"
            for year in YEARS
            for at, month in enumerate(MONTHS)
        ),
    )
    assert list(table.times) == list(pd.date_range("2015-01-01", periods=60, freq="MS"))
    assert list(table.values[:, 0]) == 5 * list(range(12))
    assert any("columns Year and Quarter take the one above" in note for note in table.report)


def test_merged_cells_of_days_and_of_series() -> None:
    hours = [f"{f'2023-01-{day:02d}' if hour == 0 else ''},{hour},{hour}" for day in (1, 2, 3) for hour in range(24)]
    assert read("Date,Hour,Load", *hours).frequency == "h"
    stores = [
        f"{store if day == 1 else ''},2023-01-{day:02d},{day}" for store in ("North", "South") for day in range(1, 29)
    ]
    assert [series.id for series in read("Store,Date,Sales", *stores).series] == ["North", "South"]


def test_cells_that_are_gaps_are_not_filled() -> None:
    table = read("Rain,Date,Sales", *(f"{day if day % 3 == 0 else ''},2023-01-{day:02d},{day}" for day in range(1, 29)))
    assert not any("above" in note for note in table.report)


@pytest.mark.parametrize(
    ("total", "when"),
    [("Total {year}", "{month} {year}"), ("{year} Total", "{month} {year}"), ("Summe", "{month} {year}")],
)
def test_totals_between_the_rows_are_skipped(total: str, when: str) -> None:
    lines = [
        line
        for year in YEARS
        for at, month in enumerate(MONTHS)
        for line in [f"{when.format(year=year, month=month)},{at}"] + [f"{total.format(year=year)},66"] * (at == 11)
    ]
    table = read("Month,Sales", *lines)
    assert (list(table.values[:, 0]), table.dropped) == (5 * list(range(12)), 0)
    assert any("5 rows of totals" in note for note in table.report)


def test_a_series_of_totals_is_kept() -> None:
    for others in ("North", "7"):
        rows = [f"2023-01-{day:02d},{of},{day}" for day in range(1, 29) for of in (others, "Total")]
        assert [series.id for series in read("Date,Region,Sales", *rows).series] == [others, "Total"]


@pytest.mark.parametrize("mark", [" p", " (r)", "*", " b", "¹", " [1]"])
def test_marks_behind_numbers_are_left_out_and_said(mark: str) -> None:
    rows = [f"2023-01-{day:02d},{day}.5{mark if day > 25 else ''}" for day in range(1, 29)]
    table = read("Date,Index", *rows)
    assert list(table.values[:, 0]) == [day + 0.5 for day in range(1, 29)]
    assert any("is read without" in note for note in table.report)


def test_years_and_quarters_among_months_are_skipped() -> None:
    years = [f"{year},9" for year in YEARS]
    quarters = [f"{year} Q{quarter},9" for year in YEARS for quarter in range(1, 5)]
    months = [f"{year} {month.upper()},{at}" for year in YEARS for at, month in enumerate(MONTHS)]
    table = read("Title,Rate", *years, *quarters, *months)
    assert (table.frequency, list(table.values[:, 0])) == ("MS", 5 * list(range(12)))
    assert any("25 rows of years and quarters skipped" in note for note in table.report)
    table = read("Year,Period,Rate", *(f"{year},M{at:02d},{at}" for year in YEARS for at in range(1, 14)))
    assert (table.frequency, len(table.values)) == ("MS", 60)
    table = read("Date,Site,Rate", *(f"2023-01-{day:02d},S{at},{at}" for day in range(1, 29) for at in range(1, 4)))
    assert len(table.series) == 3


def test_a_column_of_years_needs_no_name_beside_months() -> None:
    table = read(";;Index", *(f"{year};{month};{at}" for year in YEARS for at, month in enumerate(MONTHS)))
    assert (table.frequency, len(table.values)) == ("MS", 60)


@pytest.mark.parametrize("ruler", ["|---|---:|", "------+------", "+-----+-----+"])
def test_tables_that_are_printed(ruler: str) -> None:
    edges = [ruler] * ruler.startswith("+")
    rows = [f"| 2023-01-{day:02d} | {day} |" for day in range(1, 29)]
    table = read(*edges, "| Date | Sales |", ruler, *rows, *edges, "(28 rows)")
    assert (table.target, table.frequency, list(table.values[:, 0])) == ("Sales", "D", list(range(1, 29)))
