from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seqserve.tabular import numbers


def parsed(*cells: str, decimal_comma: bool = False) -> list[float]:
    return numbers.numbers(pd.Series(cells, name="a", dtype="str"), "own.csv", decimal_comma).tolist()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "-2.5", "+3e2"], [1, -2.5, 300]),
        (["1,234.5", "2"], [1234.5, 2]),
        (["1.234,5", "2"], [1234.5, 2]),
        (["1 234 567"], [1234567]),
        (["$5", "10%", "(3)"], [5, 10, -3]),
        (["\u22127"], [-7]),
    ],
)
def test_numbers_are_read_as_people_write_them(cells: list[str], expected: list[float]) -> None:
    assert parsed(*cells) == expected


def test_an_ambiguous_comma_follows_the_delimiter_of_the_table() -> None:
    assert parsed("1,250") == [1250]
    assert parsed("1,250", decimal_comma=True) == [1.25]


@pytest.mark.parametrize("cell", ["", "NA", "n/a", "-", " null "])
def test_gaps_are_nan(cell: str) -> None:
    assert np.isnan(parsed("1", cell)[1])


def test_a_cell_that_is_no_number_is_named() -> None:
    with pytest.raises(ValueError, match=r"own\.csv, row 1: 'x' in column a is no number"):
        parsed("1", "x")


def test_columns_of_numbers_are_told_from_others() -> None:
    mixed = pd.Series(["1", "2", "x"], dtype="str")
    assert numbers.are_numbers(mixed[:2])
    assert not numbers.are_numbers(mixed)
    assert numbers.are_mostly_numbers(mixed)
    assert not numbers.are_mostly_numbers(pd.Series(["1", "x"], dtype="str"))
    assert not numbers.are_numbers(pd.Series(["", "NA"], dtype="str"))
