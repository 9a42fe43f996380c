"""A table as it was read: one or many series on one time grid."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from seqserve.core.arrays import Floats
from seqserve.tabular.timegrid.steps import Steps


@dataclass(frozen=True)
class Series:
    """One series of a table.

    Args:
        id: what the id columns say, joined by `/`; none where the table has no id column.
        values: (T, D), oldest first; a gap is NaN.
        times: (T,), in the zone that the file has; none where the table has no dates.
        future: (F, D), what is known of the steps behind the last target, whose columns are NaN.
        future_times: (F,).
    """

    id: str | None
    values: Floats
    times: pd.DatetimeIndex | None
    future: Floats | None = None
    future_times: pd.DatetimeIndex | None = None


@dataclass(frozen=True)
class Table:
    """A cleaned table.

    Args:
        features: the names of the D columns: targets first, then others that were wanted.
        series: in order of first appearance.
        frequency: pandas offset alias, or none if the steps are irregular or have no alias, see `steps`.
        season: steps in the season that goes with the frequency; 1 is none.
        target: the first column that is forecast.
        time: the columns that were read as time.
        ids: the columns that tell the series apart.
        rows: rows of data in the file.
        dropped: how many of them are not used.
        report: what was understood and done, one sentence each.
        texts: column to its categories, a list of T + F for each series, none where a cell is empty.
        static: column to one cell a series.
        steps: how times go on, also where pandas has no alias for it, such as opening hours.
        zone: in whose calendar days and longer steps are counted, where that is not the zone of the times.
        columns: column to what it was taken for.
    """

    features: list[str]
    series: list[Series]
    frequency: str | None
    season: int
    target: str
    time: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    rows: int = 0
    dropped: int = 0
    report: list[str] = field(default_factory=list)
    texts: dict[str, list[list[str | None]]] = field(default_factory=dict)
    static: dict[str, list[str | None]] = field(default_factory=dict)
    steps: Steps | None = None
    zone: str | None = None
    columns: dict[str, str] = field(default_factory=dict)

    def following(self, series: Series, count: int) -> pd.DatetimeIndex | None:
        """The times of the `count` steps behind a series, in its zone; none if it has no times or no steps."""
        if series.times is None or self.steps is None or not len(series.times):
            return None
        last = series.times[-1]
        if self.zone is None or last.tzinfo is None:
            return self.steps.following(last, count)
        return self.steps.following(last.tz_convert(self.zone), count).tz_convert(last.tzinfo)

    @property
    def values(self) -> Floats:
        """(T, D), of the only series.

        Raises:
            ValueError: there are several.
        """
        return self._only().values

    @property
    def times(self) -> pd.DatetimeIndex | None:
        """(T,), of the only series.

        Raises:
            ValueError: there are several.
        """
        return self._only().times

    def fingerprint(self) -> str:
        """SHA-256 of the cleaned numbers and their times: the same data has the same, whatever its file looked like."""
        digest = hashlib.sha256("\0".join(self.features).encode())
        for series in self.series:
            if series.id is not None:
                digest.update(b"\0" + series.id.encode())
            digest.update(np.ascontiguousarray(series.values, dtype="<f8").tobytes())
            if series.times is not None:
                digest.update(series.times.to_numpy("datetime64[s]").astype("<i8").tobytes())
        return digest.hexdigest()

    def _only(self) -> Series:
        if len(self.series) != 1:
            raise ValueError(
                f"the table has {len(self.series)} series, told apart by {' and '.join(self.ids)}; "
                "this takes one: keep the rows of one series, or name other columns with --id"
            )
        return self.series[0]
