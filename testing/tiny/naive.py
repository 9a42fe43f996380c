"""A kind of forecaster that takes all that the contract has: any window, covariates, a season, any quantile.

It is no kind of the product: a test adds it to `KINDS` by `monkeypatch.setitem(KINDS, naive.KIND, naive.CLASS)`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from statistics import NormalDist
from typing import Self

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.forecast import covariates
from seqserve.forecast.covariates import Taken
from seqserve.forecast.inputs import check_gaps
from seqserve.forecast.predictor import Forecast, Forecaster, ForecastQuery, PreparedForecast
from seqserve.forecast.windows import fill_gaps
from seqserve.registry.artifact import CARD, CONFIG, EXAMPLES, METRICS, Artifact, Release, Source

KIND = "naive"
CLASS = f"{__name__}:NaiveForecaster"
NAME = "naive"


class NaiveForecaster(Forecaster):
    """The last season again, and one more where there is a promotion; the deviation is 1."""

    features = ["value"]  # noqa: RUF012
    inputs = ("value",)
    target = "value"
    min_values = 3
    horizon = 2
    max_horizon = 100
    seasonal = True
    covariates = Taken(known=["promo"], past=["rain"], static=["region"])
    levels = [80]  # noqa: RUF012
    quantile_range = (0.005, 0.995)

    @classmethod
    def load(cls, artifact: Artifact, threads: int = 1) -> Self:
        return cls()

    def prepare_checked(self, query: ForecastQuery, horizon: int) -> PreparedForecast:
        found = self.history(query, horizon)
        filled, gaps = fill_gaps(found.series)
        check_gaps(gaps, self.features)
        _promotions(query, len(filled), horizon)
        return PreparedForecast(query, filled, horizon, found.located.ahead, int(gaps.sum()), 0, found.warnings)

    def infer(self, batch: Sequence[PreparedForecast]) -> list[Floats]:
        means = []
        for item in batch:
            season = np.resize(item.window[-(item.query.season or 1) :, 0], item.horizon)
            means.append(season + _promotions(item.query, len(item.window), item.horizon))
        return means

    def finish(self, prepared: PreparedForecast, raw: Floats) -> Forecast:
        query, normal = prepared.query, NormalDist()
        intervals = {}
        for level in query.levels:
            half = normal.inv_cdf(0.5 + level / 200)
            intervals[str(level)] = {"lower": (raw - half).tolist(), "upper": (raw + half).tolist()}
        quantiles = {str(quantile): (raw + normal.inv_cdf(quantile)).tolist() for quantile in query.quantiles}
        return Forecast(query.id, raw.tolist(), prepared.timestamps, intervals, prepared.warnings, quantiles or None)

    def cost(self, prepared: PreparedForecast) -> int:
        return len(prepared.window)


def _promotions(query: ForecastQuery, steps: int, horizon: int) -> Floats:
    """Those of the steps ahead, (H,)."""
    known = query.known.get("promo", [0.0] * (steps + horizon))
    return covariates.numbers("promo", known, "known")[steps:]


def series(steps: int = 4, horizon: int = 2) -> dict[str, object]:
    """A series that it forecasts."""
    return {
        "values": [float(step) for step in range(steps)],
        "known": {"promo": [0] * (steps + horizon - 1) + [1]},
        "past": {"rain": [None] * steps},
        "static": {"region": "north"},
    }


def release() -> Release:
    """Its release."""
    example = {**series(), "levels": [80], "quantiles": [0.3]}
    answer = NaiveForecaster().replay(dict(example))
    return Release(
        task="forecast",
        name=NAME,
        seed=0,
        data=Source(name="none", url="https://example.org/none", licence="CC0-1.0", sha256="0" * 64),
        files={
            CONFIG: json.dumps({"kind": KIND}).encode(),
            EXAMPLES: json.dumps([{"input": example, "output": answer}]).encode(),
            METRICS: b"{}",
            CARD: b"# naive\n\nA kind for tests.\n",
        },
    )
