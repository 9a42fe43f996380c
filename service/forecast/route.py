"""POST /forecast."""

from __future__ import annotations

import math
from itertools import chain
from typing import Any

from seqserve.errors import InputError
from seqserve.forecast.predictor import Forecast, Forecaster, ForecastQuery, PreparedForecast
from service.http.problems import wrong_shape
from service.http.schemas import ForecastAnswer, ForecastRequest, Series
from service.inference.batcher import AnyPredictor
from service.inference.items_route import identified, shaped
from service.inference.prediction_route import PredictionRoute
from service.model_registry.loaded_models import Loaded
from service.monitoring import metrics

_HALF_DATED = "no timestamps: they need both start and frequency"


class ForecastRoute(PredictionRoute[ForecastRequest]):
    """Answers a list of series with a list of forecasts."""

    path = "/forecast"
    task = "forecast"
    request = ForecastRequest
    response = ForecastAnswer
    items = "series"
    results = "forecasts"
    summary = "Forecast the next steps of series"
    example = {  # noqa: RUF012
        "series": [{"id": "GOOG", "values": [778.81, 788.36, None, 806.15], "start": "2016-12-28", "frequency": "B"}]
    }

    def check(self, predictor: AnyPredictor, asked: ForecastRequest) -> None:
        assert isinstance(predictor, Forecaster)
        wrong = []
        parts: list[tuple[str, int | None, list[int]]] = [("/horizon", asked.horizon, [])]
        parts += [(f"/levels/{index}", None, [level]) for index, level in enumerate(asked.levels)]
        for pointer, horizon, levels in parts:
            try:
                predictor.check(horizon, levels)
            except InputError as error:
                wrong.append((pointer, error.message))
        if wrong:
            raise wrong_shape(wrong)

    def query(self, item: Any, asked: ForecastRequest) -> ForecastQuery:
        series = shaped(Series, item, "series")
        return ForecastQuery(
            values=series.values,
            start=series.start,
            frequency=series.frequency,
            horizon=asked.horizon,
            levels=asked.levels,
        )

    def echo(self, item: Any) -> dict[str, Any]:
        return identified(item)

    def is_long(self, item: Any, asked: ForecastRequest) -> bool:
        # The first timestamps cost half a second, in which pandas is imported.
        return isinstance(item, dict) and bool(item.get("start"))

    def answer(self, loaded: Loaded, prepared: PreparedForecast, answer: Forecast) -> dict[str, Any]:
        bounds = chain.from_iterable(chain.from_iterable(interval.values() for interval in answer.intervals.values()))
        if not all(map(math.isfinite, chain(answer.mean, bounds))):
            raise ArithmeticError("the forecast is not finite")
        model = loaded.key.name
        loaded.inputs.add(prepared.window)
        if prepared.filled:
            metrics.of(metrics.FILLED, model).inc(prepared.filled)
        if prepared.outside:
            metrics.of(metrics.OUT_OF_RANGE, model).inc(prepared.outside)
        query = prepared.query
        half_dated = (query.start is None) != (query.frequency is None)
        return {
            "mean": answer.mean,
            **({"timestamps": answer.timestamps} if answer.timestamps is not None else {}),
            "intervals": answer.intervals,
            "warnings": [*answer.warnings, _HALF_DATED] if half_dated else answer.warnings,
        }
