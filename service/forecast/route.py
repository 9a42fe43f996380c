"""POST /forecast."""

from __future__ import annotations

import math
from dataclasses import replace
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

_LONG = 100
"""Values of a series that is worth dropping once it is prepared."""
_DATED = ("start", "end", "timestamps")


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
        "series": [
            {
                "id": "passengers",
                "values": [417, 391, 419, 461, None, 535, 622, 606, 508, 461, 390, 432],
                "end": "1960-12-01",
                "frequency": "MS",
            }
        ],
        "horizon": 3,
        "levels": [80],
    }

    def codec(self, asked: ForecastRequest, loaded: Loaded) -> ForecastCodec:
        return ForecastCodec(asked, loaded)


class ForecastCodec(Codec):
    """Decodes series and encodes forecasts, all of one horizon and with the same levels and quantiles."""

    def __init__(self, asked: ForecastRequest, loaded: Loaded) -> None:
        super().__init__(loaded)
        assert isinstance(loaded.predictor, Forecaster)
        self.forecaster = loaded.predictor
        self._levels = asked.levels
        self._quantiles = asked.quantiles
        self.horizon = _checked(loaded.predictor, asked)

    def decode(self, item: Any) -> PreparedForecast:
        return self.prepare(self.query(item))

    def query(self, item: Any) -> ForecastQuery:
        """The query of a series as it stands in a request.

        Raises:
            InputError: it is none.
        """
        series = shaped(Series, item, "series")
        return ForecastQuery(
            values=series.values,
            start=series.start,
            end=series.end,
            timestamps=series.timestamps,
            frequency=series.frequency,
            season=series.season,
            known=series.known,
            past=series.past,
            static=series.static,
            horizon=self.horizon,
            levels=self._levels,
            quantiles=self._quantiles,
        )

    def prepare(self, query: ForecastQuery) -> PreparedForecast:
        """A query, ready for the model; the service drops its lists if they are long.

        Raises:
            InputError: it cannot be predicted.
        """
        prepared = self.forecaster.prepare_checked(query, self.horizon)
        if len(query.values) > _LONG:  # all of it would be kept until the answer
            return replace(prepared, query=replace(query, values=(), timestamps=None, known={}, past={}))
        return prepared

    def encode(self, prepared: PreparedForecast, answer: Forecast) -> dict[str, Any]:
        bounds = chain.from_iterable(chain.from_iterable(interval.values() for interval in answer.intervals.values()))
        quantiles = chain.from_iterable((answer.quantiles or {}).values())
        if not all(map(math.isfinite, chain(answer.mean, bounds, quantiles))):
            raise ArithmeticError("the forecast is not finite")
        self.count(prepared)
        return {
            "mean": answer.mean,
            **({"timestamps": answer.timestamps} if answer.timestamps is not None else {}),
            "intervals": answer.intervals,
            **({"quantiles": answer.quantiles} if answer.quantiles is not None else {}),
            "warnings": answer.warnings,
        }

    def count(self, prepared: PreparedForecast) -> None:
        """Count what the model was asked, in the metrics."""
        model = self.loaded.key.name
        self.loaded.inputs.add(prepared.window)
        if prepared.filled:
            of(FILLED, model).inc(prepared.filled)
        if prepared.outside:
            of(OUT_OF_RANGE, model).inc(prepared.outside)

    def echo(self, item: Any) -> dict[str, Any]:
        return identified(item)

    def is_long(self, item: Any) -> bool:
        # The first timestamps cost half a second, in which pandas is imported.
        return isinstance(item, dict) and any(item.get(name) for name in _DATED)


def _checked(forecaster: Forecaster, asked: ForecastRequest) -> int:
    """The horizon of a request.

    Raises:
        Problem: 422 the model cannot forecast that far, or has no such levels or quantiles; all that is wrong is told.
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
    for index, quantile in enumerate(asked.quantiles):
        try:
            forecaster.check(None, (), (quantile,))
        except InputError as error:
            wrong.append((f"/quantiles/{index}", error.message))
    if wrong:
        raise wrong_shape(wrong)
    return horizon
