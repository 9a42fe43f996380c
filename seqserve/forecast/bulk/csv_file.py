"""Forecasts as a CSV file in long format, with the names of columns that statsforecast and its kin use."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from seqserve.forecast.predictor import Forecast


class ForecastFile:
    """Writes a row for each step: `unique_id, ds, mean, lo-80, hi-80, ..., q-0.1, ...`.

    The file appears when all is written, so that no half of it is taken for the whole.

    Args:
        levels, quantiles: those of all forecasts.

    Raises:
        OSError: it cannot be written.
    """

    def __init__(self, path: Path, levels: Sequence[int], quantiles: Sequence[float]) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.part")
        self._levels = list(dict.fromkeys(map(str, levels)))
        self._quantiles = list(dict.fromkeys(map(str, quantiles)))
        self._stream: TextIO = self._part.open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self._stream)
        bounds = [f"{side}-{level}" for level in self._levels for side in ("lo", "hi")]
        self._writer.writerow(["unique_id", "ds", "mean", *bounds, *(f"q-{one}" for one in self._quantiles)])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stream.close()
        if error is None:
            self._part.replace(self._path)
        else:
            self._part.unlink(missing_ok=True)

    def add(self, forecast: Forecast, steps: int) -> None:
        """Write a forecast.

        Args:
            steps: of its history; without timestamps, `ds` counts on from them.
        """
        count = len(forecast.mean)
        stamps = forecast.timestamps or range(steps + 1, steps + count + 1)
        bounds = [forecast.intervals[level][side] for level in self._levels for side in ("lower", "upper")]
        quantiles = [(forecast.quantiles or {})[quantile] for quantile in self._quantiles]
        series = [forecast.id] * count
        self._writer.writerows(zip(series, stamps, forecast.mean, *bounds, *quantiles, strict=True))
