from __future__ import annotations

from pathlib import Path

import pytest

from training.core import text_rows
from training.core.download import DataError


def test_the_cells_of_the_columns_are_read_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("id,text,label\n1,good,yes\n2,bad,no\n")
    assert text_rows.rows(path, "text", "label") == [["good", "yes"], ["bad", "no"]]


def test_a_column_that_is_not_there_is_an_error_of_the_data(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("text\ngood\n")
    with pytest.raises(DataError, match="mood"):
        text_rows.rows(path, "text", "mood")
