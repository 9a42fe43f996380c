"""Series in data frames of pandas, a row for each value; pandas is imported only if there is one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from seqserve_client.results import Forecast

if TYPE_CHECKING:
    import pandas as pd


def is_frame(series: Any) -> bool:
    """Whether series are in a data frame."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(series, pandas.DataFrame)


class Frame:
    """A data frame of series, which are sorted by time; a single one needs no column of ids.

    Args:
        id, time, target: columns; without the one of the time, rows are in their order and answers are numbered.
        frequency: a pandas offset alias; none means that it is found by the times.

    Raises:
        ValueError: a column is missing.
    """

    def __init__(self, frame: pd.DataFrame, id: str, time: str, target: str, frequency: str | None) -> None:
        if target not in frame.columns:
            raise ValueError(f"the frame has no column {target!r}: name it in target")
        self._id, self._time, self._frequency = id, time, frequency
        self._has_id, self._has_time = id in frame.columns, time in frame.columns
        ordered = frame.sort_values(time, kind="stable") if self._has_time else frame
        groups = list(ordered.groupby(id, sort=False)) if self._has_id else [(None, ordered)]
        order = {name: place for place, name in enumerate(frame[id].drop_duplicates())} if self._has_id else {}
        groups.sort(key=lambda group: order.get(group[0], 0))
        self._names = [name for name, _ in groups]
        self._parts = [part for _, part in groups]
        self._target = target

    def series(self) -> list[dict[str, Any]]:
        """The series as the service takes them."""
        return [self._one(part) for part in self._parts]

    def _one(self, part: pd.DataFrame) -> dict[str, Any]:
        values = [None if value != value else float(value) for value in part[self._target].tolist()]
        found: dict[str, Any] = {"values": values}
        if self._frequency is not None:
            found["frequency"] = self._frequency
        if self._has_time:
            import pandas as pd

            times = pd.to_datetime(part[self._time])
            found["timestamps"] = [time.isoformat() for time in times]
        return found

    def answered(self, forecasts: Sequence[Forecast]) -> pd.DataFrame:
        """Forecasts as a data frame, a row for each step, in the order of the series."""
        import pandas as pd

        parts = []
        for name, forecast in zip(self._names, forecasts, strict=True):
            columns: dict[str, Any] = {self._id: name} if self._has_id else {}
            steps = range(1, len(forecast.mean) + 1)
            dates = forecast.timestamps
            columns[self._time if self._has_time else "step"] = steps if dates is None else pd.to_datetime(dates)
            columns["mean"] = forecast.mean
            for level, interval in forecast.intervals.items():
                columns |= {f"lower_{level}": interval.lower, f"upper_{level}": interval.upper}
            columns |= {f"quantile_{quantile:g}": values for quantile, values in forecast.quantiles.items()}
            parts.append(pd.DataFrame(columns))
        return pd.concat(parts, ignore_index=True)
