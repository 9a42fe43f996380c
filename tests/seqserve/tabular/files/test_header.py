from __future__ import annotations

import pytest

from seqserve.tabular.files import header

BODY = [["2022-01-01", "1.5"], ["2022-01-02", "2.5"], ["2022-01-03", "€ 3"]]


@pytest.mark.parametrize(
    ("above", "names"),
    [
        ([["Date", "Sales"]], ["Date", "Sales"]),
        ([["Report"], [], ["Date", "Sales"]], ["Date", "Sales"]),
        ([["Report 2022", ""], ["Date", "Sales"]], ["Date", "Sales"]),
        ([["Station", "Berlin"], ["Elevation", "34"], [], ["Date", "Sales"]], ["Date", "Sales"]),
        ([["Date", "Sales"], ["", "kWh"]], ["Date", "Sales"]),
        ([["Price", "Close"], ["Date", ""]], ["Date", "Close"]),
        ([["TOA5", "CR1000", "7", "Table1"], ["TIMESTAMP", "T"], ["TS", "Deg C"], ["", "Avg"]], ["TIMESTAMP", "T"]),
        ([["TOACI1", "CR1000", "Table1"], ["TIMESTAMP", "T"]], ["TIMESTAMP", "T"]),
        ([["TIMESTAMP", "T"], ["TS", "Volts"], ["", "Smp"]], ["TIMESTAMP", "T"]),
        ([["", "Sales"]], ["column 1", "Sales"]),
        ([["Sales"]], ["column 1", "Sales"]),
    ],
)
def test_the_names_stand_above_the_first_row_of_values(above: list[list[str]], names: list[str]) -> None:
    found = header.locate("a.csv", [*above, *BODY])
    assert (found.names, found.above) == (names, len(above))


def test_levels_that_tell_columns_apart_are_kept() -> None:
    body = [[*row, "7"] for row in BODY]
    assert header.locate("a.csv", [["Date", "T", "T"], ["", "°C", "°F"], *body]).names == ["Date", "°C", "°F"]
    assert header.locate("a.csv", [["Date", "T", "T"], ["", "min", "max"], *body]).names == ["Date", "min", "max"]


def test_numbers_that_go_on_are_names() -> None:
    rows = [["country", "2000", "2001", "2002"], ["x", "1", "5", "2"], ["y", "3", "1", "2"]]
    assert header.locate("a.csv", rows).names == rows[0]


def test_a_table_without_names_is_refused() -> None:
    with pytest.raises(ValueError, match=r"has no header: its first row is 2022-01-01, 1\.5"):
        header.locate("a.csv", BODY)
    with pytest.raises(ValueError, match="two columns named 'a'"):
        header.locate("a.csv", [["a", "a"], *BODY])


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        *(("1,5", "v"), ("€ 3", "v"), ("1e3", "v"), ("(3)", "v"), ("Jan 2000", "v"), ("Q1 2000", "v"), ("13:30", "v")),
        *(("NA", "g"), ("", "g"), ("V1", "w"), ("d_1", "w"), ("Sales 2022", "w"), ("Source: us", "w")),
    ],
)
def test_cells_are_values_gaps_or_words(cell: str, kind: str) -> None:
    assert header.kind(cell) == kind
