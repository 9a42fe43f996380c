from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seqserve.tabular.numeric import numbers


def parsed(*cells: str, mark: str = ".") -> list[float]:
    written = numbers.written(pd.Series(cells, name="a", dtype="str"))
    found = numbers.parsed(written.text, mark)
    return (found if written.factors is None else found * written.factors).tolist()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "-2.5", "+3e2"], [1, -2.5, 300]),
        (["1,234.5", "2"], [1234.5, 2]),
        (["1,23,456", "12,34,567.5"], [123456, 1234567.5]),
        (["1 234 567", "1\u00a0234", "1\u202f234", "1\u2009234"], [1234567, 1234, 1234, 1234]),
        (["1'234", "1’234’567"], [1234, 1234567]),
        (["$5", "€ 6", "7 €", "8 EUR", "-$9", "R$ 10", "₹11"], [5, 6, 7, 8, -9, 10, 11]),
        (["10%", "2 %"], [10, 2]),
        (["(3)", "( 1,234.5 )"], [-3, -1234.5]),
        (["\u22127", "- 2", "5-"], [-7, -2, -5]),
        (["12 kWh", "13.5 kWh"], [12, 13.5]),
        (["1.5°C", "2°C"], [1.5, 2]),
        (["1.01M", "2K", "3.5B", "7"], [1.01e6, 2e3, 3.5e9, 7]),
        (["3 Mio.", "2 Mrd."], [3e6, 2e9]),
        (["900", "10.6k"], [900, 10_600]),
        (["(3.2%)", "1.5%"], [-3.2, 1.5]),
        (["1,200円", "￥900", "5 руб."], [1200, 900, 5]),
        (["1.2E-05", "3E+2"], [1.2e-5, 300]),
        (['="12"', "'13"], [12, 13]),
    ],
)
def test_numbers_are_read_as_people_write_them(cells: list[str], expected: list[float]) -> None:
    np.testing.assert_allclose(parsed(*cells), expected)


def test_numbers_with_a_decimal_comma() -> None:
    assert parsed("1.234,5", "2", "1.234.567", "0,25", "1 234,5", mark=",") == [1234.5, 2, 1234567, 0.25, 1234.5]


@pytest.mark.parametrize("cell", ["x", "12,34,5", "1.2.3", "--5", "2020-01-02", "1 2345", "60  104.5", "12:30", "1/2"])
def test_what_is_no_number_is_none(cell: str) -> None:
    assert np.isnan(parsed("1", cell)[1])


def test_a_unit_that_only_some_cells_have_is_no_unit() -> None:
    assert np.isnan(parsed("1", "12x")[1])
    assert np.isnan(parsed("500 g", "1.2 kg")).all()


@pytest.mark.parametrize("cell", ["", "NA", "n/a", "-", " null ", "#N/A", "?", ".", "–", "NaN", "#DIV/0!", "\\N"])
def test_what_says_that_there_is_no_value_is_a_gap(cell: str) -> None:
    assert numbers.gaps(pd.Series(["1", cell], dtype="str")).tolist() == [False, True]


def test_columns_of_numbers_are_told_from_others() -> None:
    mixed = pd.Series(["1", "2", "x"], dtype="str")
    assert numbers.are_numbers(mixed[:2])
    assert not numbers.are_numbers(mixed)
    assert numbers.are_numbers(mixed, 0.5)
    assert not numbers.are_numbers(pd.Series(["1", "x"], dtype="str"), 0.6)
    assert not numbers.are_numbers(pd.Series(["", "NA"], dtype="str"))
    assert numbers.is_number("1.234,5")
