"""From a table to a panel."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seqserve.tabular.table import Series, Table
from training.forecast.panel.data import table
from training.forecast.panel.data.table import Columns

TIMES = pd.date_range("2024-12-20", periods=20)
AHEAD = pd.date_range("2025-01-09", periods=2)


def made() -> Table:
    """Two shops with a price, an event and a region; price and event are known for two days more."""
    shops = []
    for number in (0, 1):
        values = np.stack([np.arange(20.0) + 100 * number, np.full(20, 5.0 + number)], axis=1)
        future = np.array([[np.nan, 9.0], [np.nan, 9.0]])
        shops.append(Series(f"shop-{number}", values, TIMES, future, AHEAD))
    event = [["fair" if step == 3 else None for step in range(22)]] * 2
    return Table(
        ["sales", "price"], shops, "D", 7, "sales", texts={"event": event}, static={"region": ["north", "south"]}
    )


def test_each_column_has_its_role() -> None:
    found = table.panel(made(), Columns(["sales"], ["price", "event"], [], ["region"]), [])
    first, second = found.series
    assert first.values.tolist() == list(range(20))
    assert first.known.shape == (22, 2)
    assert first.known[3, 1] == 1
    assert first.known[20, 0] == first.known[21, 0] > second.known[0, 0] > first.known[0, 0]
    assert [one.static.tolist() for one in found.series] == [[1, 0], [0, 1]]
    assert first.calendar.shape == (22, 7)
    assert found.calendar == ["weekday"]


def test_several_targets_are_several_series() -> None:
    found = table.panel(made(), Columns(["sales", "price"], [], [], []), [])
    assert [one.id for one in found.series] == ["shop-0/sales", "shop-0/price", "shop-1/sales", "shop-1/price"]


def test_public_holidays_are_known_ahead() -> None:
    found = table.panel(made(), Columns(["sales"], [], [], []), ["DE"])
    free = [f"{time:%m-%d}" for time, flag in zip(TIMES, found.series[0].known[:20, -1], strict=True) if flag]
    assert free == ["12-25", "12-26", "01-01"]
    assert "2030-12-25" in found.holidays
    with pytest.raises(ValueError, match="no country 'XX'"):
        table.panel(made(), Columns(["sales"], [], [], []), ["XX"])


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="no column 'promo'; the columns are sales, price"):
        table.panel(made(), Columns(["sales"], ["promo"], [], []), [])
    with pytest.raises(ValueError, match="no static column 'city'; there are: region"):
        table.panel(made(), Columns(["sales"], [], [], ["city"]), [])
