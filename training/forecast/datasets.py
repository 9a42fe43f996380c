"""The named data sets of series: daily share prices of the tutorials, and monthly sunspots."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from seqserve.registry.artifact import Source
from training.core.datasets import named as lookup
from training.core.download import DataError, PublicFile

if TYPE_CHECKING:  # pandas takes longer to load than all else that the command line needs
    from seqserve.tabular.read_options import ReadOptions
    from seqserve.tabular.series_table import Table

_PACKT = "https://raw.githubusercontent.com/PacktWorkshops/The-Deep-Learning-with-Keras-Workshop"
_GOOGLE = "https://raw.githubusercontent.com/akrai37/Deep_Learning-RNN"


@dataclass(frozen=True)
class SeriesData:
    """One or more files of the same columns, in time order, the last `test` rows for testing."""

    title: str
    licence: str
    files: tuple[PublicFile, ...]
    test: int | float


DATASETS = {
    "google": SeriesData(
        "Google daily share prices 2012 to January 2017, the data of the LSTM tutorials",
        "unknown: market data",
        (
            PublicFile(
                "forecast/stocks/Google_Stock_Price_Train.csv",
                f"{_GOOGLE}/5eb5628497eb61f84d63eb6535dcce0efe9c155a/Google_Stock_Price_Train.csv",
                "dee298aab581f96206ed0a2df65fa900adbea2d38f9362c7b90beb3a8b683707",
            ),
            PublicFile(
                "forecast/stocks/Google_Stock_Price_Test.csv",
                f"{_GOOGLE}/a5e146e7a141882af7999935b8f73eef30c255c9/Google_Stock_Price_Test.csv",
                "2eb7b5acd8aa4872f93fb091925dfc073cca8e2e0422d93f0518e7cec99fbf3f",
            ),
        ),
        test=20,
    ),
    "netflix": SeriesData(
        "Netflix daily share prices 2010-04-01 to 2022-04-25",
        "unknown: market data",
        (PublicFile("forecast/stocks/NFLX.csv", hint="Yahoo Finance, NFLX, 2010-04-01 to 2022-04-25, daily"),),
        test=0.2,
    ),
    "alphabet": SeriesData(
        "Alphabet (GOOG) daily share prices 2014 to January 2019",
        "MIT (The Deep Learning with Keras Workshop, Packt)",
        (
            PublicFile(
                "forecast/stocks/GOOG_train.csv",
                f"{_PACKT}/a9173b5eab600e5308d5c7bb232c2675b3054ff6/Chapter09/GOOG_train.csv",
                "a9e90d1df20fceeaa1193dc992b42d65040292bc9e310560bf31a77cb3aac21b",
            ),
            PublicFile(
                "forecast/stocks/GOOG_test.csv",
                f"{_PACKT}/13ea2eea8b759b469a51f58c19c54f0aef3d1feb/Chapter09/GOOG_test.csv",
                "a7dd8bd6bf0b36c6dc9de4bb148ef25d7473d17ddc06d12e340e597a58ca2de6",
            ),
        ),
        test=21,
    ),
    "amazon": SeriesData(
        "Amazon daily share prices 2014 to January 2019",
        "MIT (The Deep Learning with Keras Workshop, Packt)",
        (
            PublicFile(
                "forecast/stocks/AMZN_train.csv",
                f"{_PACKT}/d8b47dc9901c7c0d975dcd8363daf0dbd31d6419/Chapter09/AMZN_train.csv",
                "30cda052d866b3626f2f94a9d5098f2963d9ac383986abd35d949828e2a90915",
            ),
            PublicFile(
                "forecast/stocks/AMZN_test.csv",
                f"{_PACKT}/db146b797cc28610c1d12c99a1c3469a9fc63e88/Chapter09/AMZN_test.csv",
                "10af51fa7e78b1087cb5b7a5169446fae319daf03b38c9249453adc7381633a4",
            ),
        ),
        test=21,
    ),
    "sunspots": SeriesData(
        "Monthly mean sunspot numbers 1749 to 1983",
        "public domain (SILSO, Royal Observatory of Belgium)",
        (
            PublicFile(
                "forecast/classic/monthly-sunspots.csv",
                "https://raw.githubusercontent.com/jbrownlee/Datasets/7041c0cc3d65519cf5af38b3afa82087a7d80748/monthly-sunspots.csv",
                "c4ec8cc57d9f6fb6ecdb3e1f37f25b6f4badd5124c55931052b0cd2fc3bc71f3",
            ),
        ),
        test=0.2,
    ),
}


def named(name: str, features: list[str]) -> tuple[Table, Source]:
    """A data set of `DATASETS`.

    Raises:
        DataError: there is none of this name, or its files cannot be had.
    """
    import pandas as pd

    from seqserve.tabular import series_table

    data = lookup(DATASETS, name)
    frames = [series_table.parse(file.path, file.read()) for file in data.files]
    table = series_table.clean(pd.concat(frames, ignore_index=True), features, name)
    return table, _source(table, data.title, data.files[0].url, data.licence)


def own(path: Path, options: ReadOptions | list[str]) -> tuple[Table, Source]:
    """The user's own table, see `seqserve.tabular.series_table.read`."""
    from seqserve.tabular import series_table

    table = series_table.read(path, options)
    return table, _source(table, path.name, None, "the owner's")


def ticker(symbol: str, features: list[str]) -> tuple[Table, Source]:
    """All daily prices of a share that Yahoo Finance has, through the optional package yfinance.

    Raises:
        DataError: yfinance is not installed, or has nothing for this symbol.
    """
    try:
        import yfinance
    except ImportError:
        raise DataError("--ticker needs yfinance: pip install yfinance, or download a CSV and use --csv") from None
    frame = yfinance.Ticker(symbol).history(period="max", auto_adjust=True)
    if frame.empty:
        raise DataError(f"Yahoo Finance has no prices for {symbol!r}; check the symbol and the connection")
    from seqserve.tabular import series_table

    text = io.StringIO()
    frame.to_csv(text)
    table = series_table.clean(series_table.parse(symbol, text.getvalue().encode()), features, symbol)
    return table, _source(table, f"{symbol} from Yahoo Finance", "https://finance.yahoo.com", "personal use")


def _source(table: Table, name: str, url: str | None, licence: str) -> Source:
    return Source(name=name, url=url, licence=licence, sha256=table.fingerprint())
