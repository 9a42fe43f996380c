"""The real series that the universal forecaster is trained and judged on, in sets of one frequency.

What a set may be used for is stated here, once: `train` (learned from, but for its last horizon), `judge` (never seen
in training, whole), or `neither`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from seqserve.core.arrays import Floats
from training.core.download import DataError, PublicFile

Use = Literal["train", "judge", "neither"]

JUDGE = frozenset({
    "tourism_quarterly", "m1_monthly", "m1_yearly", "m3_other", "us_power_monthly", "nab_5min", "household_power_15min",
    "ilinet_weekly", "misc_daily", "exchange_workday", "gapminder_yearly", "tsdl_daily",
    "etth1", "etth2", "m4_hourly", "m4_weekly", "classic_monthly", "classic_daily", "classic_hourly",
})  # fmt: skip
"""Sets that training never sees: thirteen of the panel's kinds, M4's, ETT (its licence allows no derivatives), and
the classics that the documentation shows."""

NEITHER = frozenset({"btc_15min"})
"""Its terms do not allow a model of it to be shipped."""


@dataclass(frozen=True)
class SeriesSet:
    """Series of one frequency from one source.

    Args:
        season, horizon: steps.
        series: (T,) each, NaN where nothing is known.
    """

    name: str
    frequency: str
    season: int
    horizon: int
    source: str
    licence: str
    series: list[Floats]

    @property
    def use(self) -> Use:
        return "judge" if self.name in JUDGE else "neither" if self.name in NEITHER else "train"


_M3 = PublicFile("forecast/m3/M3C.xls", hint="the M3 competition of Makridakis and Hibon, 2000: M3C.xls")
_PANEL = PublicFile("forecast/panel/panel.parquet", hint="a table unique_id, ds, y; unique_id begins with set:")
_SETS = PublicFile("forecast/panel/sets.json", hint="beside panel.parquet: frequency, season, horizon of each set")
_M4 = "github.com/Mcompetitions/M4-methods, Dataset"


def sets() -> list[SeriesSet]:
    """All sets there are data for.

    Raises:
        DataError: a file cannot be had; the message says where it goes.
    """
    return [*_panel(), *_m3(), *_m4(), *_tourism(), *_ett(), *_classic()]


def _panel() -> Iterator[SeriesSet]:
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise DataError("reading panel.parquet needs pyarrow: pip install 'seqserve[tables]'") from None
    described = json.loads(_SETS.read())
    frame = parquet.read_table(io.BytesIO(_PANEL.read())).to_pandas()
    found: dict[str, list[Floats]] = {name: [] for name in described}
    for name, rows in frame.groupby("unique_id", observed=True, sort=False):
        found[str(name).split(":")[0]].append(rows["y"].to_numpy(np.float64))
    for name, about in described.items():
        yield SeriesSet(
            name, about["frequency"], about["season"], about["horizon"], about["source"], about["licence"], found[name]
        )


def _m3() -> Iterator[SeriesSet]:
    import pandas as pd

    source, licence = "M3 competition", "public competition data; cite Makridakis and Hibon 2000"
    sheets = pd.read_excel(io.BytesIO(_M3.read()), sheet_name=None, engine="calamine")
    kinds = {"Year": ("yearly", "Y", 1, 6), "Quart": ("quarterly", "Q", 4, 8), "Month": ("monthly", "M", 12, 18)}
    for sheet, (name, frequency, season, horizon) in (kinds | {"Other": ("other", "other", 1, 8)}).items():
        frame = sheets[f"M3{sheet}"]
        rows = frame.iloc[:, 6:].to_numpy(np.float64)
        lengths = frame["N"].to_numpy(int)
        series = [row[:length] for row, length in zip(rows, lengths, strict=True)]
        yield SeriesSet(f"m3_{name}", frequency, season, horizon, source, licence, series)


def _m4() -> Iterator[SeriesSet]:
    for name, frequency, season, horizon in (("Hourly", "h", 24, 48), ("Weekly", "W", 52, 13)):
        content = PublicFile(f"forecast/m4/{name}-train.csv.gz", hint=_M4).read()
        rows = csv.reader(io.StringIO(gzip.decompress(content).decode()))
        next(rows)
        series = [np.array([cell for cell in row[1:] if cell], dtype=np.float64) for row in rows]
        yield SeriesSet(f"m4_{name.lower()}", frequency, season, horizon, "M4 competition", "public", series)


def _tourism() -> Iterator[SeriesSet]:
    for name, frequency, season, horizon in (("monthly", "M", 12, 24), ("quarterly", "Q", 4, 8), ("yearly", "Y", 1, 4)):
        content = PublicFile(f"forecast/tourism/{name}_in.csv", hint="Athanasopoulos et al. 2011").read()
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]
        head = 2 if name == "yearly" else 3
        series = []
        for column in zip(*rows, strict=True):
            length = int(float(column[0]))
            series.append(np.array(column[head : head + length], dtype=np.float64))
        source = "tourism forecasting competition"
        yield SeriesSet(f"tourism_{name}", frequency, season, horizon, source, "public competition data", series)


def _ett() -> Iterator[SeriesSet]:
    import pandas as pd

    for number in (1, 2):
        content = PublicFile(f"forecast/ett/ETTh{number}.csv.gz", hint="github.com/zhouhaoyi/ETDataset").read()
        frame = pd.read_csv(io.BytesIO(gzip.decompress(content)))
        series = [frame[column].to_numpy(np.float64) for column in frame.columns[1:]]
        yield SeriesSet(f"etth{number}", "h", 24, 48, "ETT", "CC BY-ND 4.0", series)


def _classic() -> Iterator[SeriesSet]:
    import pandas as pd

    files = {
        "monthly": (("airline-passengers.csv", "Passengers"), ("monthly-sunspots.csv", "Sunspots")),
        "daily": (("daily-min-temperatures.csv", "Temp"),),
        "hourly": (("pollution.csv", "pm2.5"), ("pollution.csv", "TEMP")),
    }
    shapes = {"monthly": ("M", 12, 18), "daily": ("D", 7, 14), "hourly": ("h", 24, 48)}
    for name, columns in files.items():
        series = []
        for file, column in columns:
            content = PublicFile(f"forecast/classic/{file}", hint="github.com/jbrownlee/Datasets").read()
            series.append(pd.read_csv(io.BytesIO(content))[column].to_numpy(np.float64))
        yield SeriesSet(f"classic_{name}", *shapes[name], "textbook series", "public", series)
