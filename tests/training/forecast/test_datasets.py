"""The named data sets and shares from Yahoo Finance, as far as they can be had without a connection."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from training.core.download import DataError
from training.forecast import datasets


def test_without_yfinance_a_ticker_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yfinance", None)
    with pytest.raises(DataError, match="pip install yfinance, or download a CSV"):
        datasets.ticker("GOOG", [])


def test_a_ticker_s_prices_become_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the shape that yfinance answers: days in the exchange's time zone, dividends and splits as columns."""
    days = pd.date_range("2024-01-02", periods=30, freq="B", tz="America/New_York", name="Date")
    prices = pd.DataFrame({"Open": np.arange(30) + 100.5, "Close": np.arange(30) + 101.0, "Dividends": 0.0}, index=days)
    answers = {"GOOG": prices, "NONE": prices.iloc[:0]}
    module = ModuleType("yfinance")
    module.Ticker = lambda symbol: SimpleNamespace(history=lambda **_: answers[symbol])  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "yfinance", module)
    table, source = datasets.ticker("GOOG", ["Close", "Open"])
    assert table.features == ["Close", "Open"]
    assert table.values[0].tolist() == [101.0, 100.5]
    assert table.times is not None
    assert (table.frequency, str(table.times[0].date())) == ("B", "2024-01-02")
    assert source.name == "GOOG from Yahoo Finance"
    with pytest.raises(DataError, match="no prices for 'NONE'"):
        datasets.ticker("NONE", [])


def test_every_file_of_a_data_set_has_a_pinned_address_or_says_where_it_is_found() -> None:
    for data in datasets.DATASETS.values():
        for file in data.files:
            assert file.hint if file.url is None else len(file.sha256 or "") == 64
