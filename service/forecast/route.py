"""POST /forecast."""

from __future__ import annotations

import math
from itertools import chain
from typing import Any

from seqserve.errors import InputError
from seqserve.forecast.predictor import Forecast, Forecaster, ForecastQuery, PreparedForecast
from service.forecast.metrics import FILLED, OUT_OF_RANGE
from service.forecast.schemas import ForecastAnswer, ForecastRequest, Series
from service.http.problems import wrong_shape
from service.inference.codec import Codec
from service.inference.items_route import identified, shaped
from service.inference.prediction_route import PredictionRoute
from service.model_registry.loaded_models import Loaded
from service.monitoring.metrics import of

_HALF_DATED = "no timestamps: they need both start and frequency"


class ForecastRoute(PredictionRoute[ForecastRequest]):
    """Answers a list of series with a list of forecasts."""

    path = "/forecast"
    task = "forecast"
    request = ForecastRequest
    response = ForecastAnswer
    items = "series"
    item_shapes = (Series,)
    results = "forecasts"
    summary = "Forecast the next steps of series"
    example = {  # noqa: RUF012
        "series": [{"id": "GOOG", "values": [778.81, 788.36, None, 806.15], "start": "2016-12-28", "frequency": "B"}]
    }

    def codec(self, asked: ForecastRequest, loaded: Loaded) -> ForecastCodec:
        return ForecastCodec(asked, loaded)


class ForecastCodec(Codec):
    """Decodes series and encodes forecasts, all of one horizon and with the same levels."""

    def __init__(self, asked: ForecastRequest, loaded: Loaded) -> None:
        super().__init__(loaded)
        assert isinstance(loaded.predictor, Forecaster)
        self._forecaster = loaded.predictor
        self._levels = asked.levels
        self._horizon = _checked(loaded.predictor, asked)

    def decode(self, item: Any) -> PreparedForecast:
        series = shaped(Series, item, "series")
        query = ForecastQuery(
            values=series.values,
            start=series.start,
            frequency=series.frequency,
            horizon=self._horizon,
            levels=self._levels,
        )
        return self._forecaster.prepare_checked(query, self._horizon)

    def encode(self, prepared: PreparedForecast, answer: Forecast) -> dict[str, Any]:
        bounds = chain.from_iterable(chain.from_iterable(interval.values() for interval in answer.intervals.values()))
        if not all(map(math.isfinite, chain(answer.mean, bounds))):
            raise ArithmeticError("the forecast is not finite")
        model = self.loaded.key.name
        self.loaded.inputs.add(prepared.window)
        if prepared.filled:
            of(FILLED, model).inc(prepared.filled)
        if prepared.outside:
            of(OUT_OF_RANGE, model).inc(prepared.outside)
        query = prepared.query
        half_dated = (query.start is None) != (query.frequency is None)
        return {
            "mean": answer.mean,
            **({"timestamps": answer.timestamps} if answer.timestamps is not None else {}),
            "intervals": answer.intervals,
            "warnings": [*answer.warnings, _HALF_DATED] if half_dated else answer.warnings,
        }

    def echo(self, item: Any) -> dict[str, Any]:
        return identified(item)

    def is_long(self, item: Any) -> bool:
        # The first timestamps cost half a second, in which pandas is imported.
        return isinstance(item, dict) and bool(item.get("start"))


def _checked(forecaster: Forecaster, asked: ForecastRequest) -> int:
    """The horizon of a request.

    Raises:
        Problem: 422 the model cannot forecast that far, or has no intervals of these levels; all that is wrong is told.
    """
    horizon, wrong = 0, []
    try:
        horizon = forecaster.check(asked.horizon, ())
    except InputError as error:
        wrong.append(("/horizon", error.message))
    for index, level in enumerate(asked.levels):
        try:
            forecaster.check(None, (level,))
        except InputError as error:
            wrong.append((f"/levels/{index}", error.message))
    if wrong:
        raise wrong_shape(wrong)
    return horizon
