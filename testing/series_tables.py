"""Tables as text, and what is read of them."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from seqserve.tabular import series_table
from seqserve.tabular.series_table import Table

DAYS = pd.date_range("2012-01-03", periods=40, freq="D")


ROUTINE = re.compile(r" is forecast: |^steps are (?!irregular)|^cells are separated|^dates of column|^years of column")


def table(text: str | bytes, *features: str) -> Table:
    """A CSV file as series."""
    content = text.encode() if isinstance(text, str) else text
    return series_table.clean(series_table.parse("own.csv", content), features, "own.csv")


def with_dates(dates: list[str], delimiter: str = ",", name: str = "Date") -> Table:
    """A table of these dates with the numbers from 0 on."""
    rows = [f'"{date}"{delimiter}{number}' for number, date in enumerate(dates)]
    return table("\n".join([f"{name}{delimiter}Close", *rows]))


def told(read: Table) -> list[str]:
    """What is said beyond how columns and steps were understood."""
    return [line for line in read.report if not ROUTINE.search(line)]


def refused(text: str | bytes, *features: str) -> str:
    """Why a file is no table of series."""
    with pytest.raises(ValueError, match=r"own\.csv") as caught:
        table(text, *features)
    return str(caught.value)
