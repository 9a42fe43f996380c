from __future__ import annotations

import pandas as pd
import pytest

from seqserve.tabular.numeric import decimals


def decided(*cells: str, sisters: str | None = None, usual: str = ".,") -> str:
    evidence = decimals.of_column(pd.Series(cells, dtype="str"))
    return decimals.decide(evidence, sisters, usual, "a")[0]


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1.5", "2"], "."),
        (["1,5", "2"], ","),
        (["1.234,5"], ","),
        (["1,234.5"], "."),
        (["0.125"], "."),
        (["0,125"], ","),
        (["1234.567"], "."),
        (["1.234.567"], ","),
        (["1,23,456"], "."),
        (["1.5e3"], "."),
        (["864", "1.125", "988", "1.164", "778"], ","),  # thousands: so they lie near the others
        (["1.125", "864", "2.5"], "."),
        (["0", "5", "12", "7", "11,084", "12,350"], "."),  # of commas between cells, those in cells are thousands
        (["12", "13"], "."),
    ],
)
def test_a_cell_that_can_be_read_in_one_way_decides(cells: list[str], mark: str) -> None:
    assert decided(*cells) == mark


def test_sisters_and_the_kind_of_file_decide_where_the_column_does_not() -> None:
    assert decided("1.125", "2.250", sisters=",") == ","
    assert decided("1.125", "2.250", usual=".") == "."
    for cells in (["1.125", "2.250"], ["1,125", "2,250"]):
        with pytest.raises(ValueError, match=r"say --decimal \. or --decimal ,"):
            decided(*cells, usual="")


def test_both_marks_are_refused() -> None:
    with pytest.raises(ValueError, match=r"a decimal point \(1\.5\) and with a decimal comma \(2,5\)"):
        decided("1.5", "2,5")


def test_whole_numbers_below_a_thousand_speak_against_a_fraction_of_three_digits() -> None:
    with pytest.raises(ValueError, match=r"say --decimal \. or --decimal ,"):
        decided("0", "5", "12", "7", "11.084", "12.350", usual="")
