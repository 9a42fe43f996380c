"""Columns of numbers, a block at a time."""

from __future__ import annotations

import pandas as pd
import pytest

from seqserve.tabular.numeric import values
from seqserve.tabular.numeric.values import Values


def test_long_columns_are_read_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "_BLOCK", 3)
    frame = pd.DataFrame(
        {"a": ["1", "NA", "2.5", "", "7", "8", "9"], "b": ["1,5", "2", "1,5", "-", "2", "(3)", "1,5"]}, dtype="str"
    )
    found = Values(frame, "own.csv", None, dotted=False, apart=[]).read(["a", "b"])
    assert pd.DataFrame(found).fillna(0).to_numpy().T.tolist() == [
        [1, 0, 2.5, 0, 7, 8, 9],
        [1.5, 2, 1.5, 0, 2, -3, 1.5],
    ]


def test_a_cell_that_is_no_number_is_named_by_its_first_row() -> None:
    frame = pd.DataFrame({"a": ["1", "x", "1", "x"]}, index=[2, 3, 4, 5], dtype="str")
    with pytest.raises(ValueError, match=r"own\.csv, row 3: 'x' in column a is no number"):
        Values(frame, "own.csv", None, dotted=False, apart=[]).read(["a"])
