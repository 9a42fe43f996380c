"""POST /forecast."""

from __future__ import annotations

import math
from functools import partial
from itertools import chain
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import InputError
from seqserve.forecaster import Forecast, Forecaster, ForecastQuery, PreparedForecast
from service import bodies, metrics
from service.pipeline import FailedError, Pipeline
from service.problems import Problem, from_validation, told, wrong_shape
from service.registry import Registry
from service.responses import json_response
from service.schemas import ForecastRequest, Series
from service.settings import Settings

TASK = "forecast"

_LONG_BODY = 16_384
_FIELD_LENGTH = 64
_HALF_DATED = "no timestamps: they need both start and frequency"


class ForecastRoute:
    """Answers a list of series with a list of forecasts."""

    def __init__(self, settings: Settings, registry: Registry, pipeline: Pipeline) -> None:
        self._settings = settings
        self._registry = registry
        self._pipeline = pipeline

    async def post(self, request: Request) -> Response:
        body = await bodies.read(request, self._settings.max_body_bytes, self._settings.deadline_seconds)
        asked = _envelope(body.content)
        request.state.items = len(asked.series)
        if len(asked.series) > self._settings.max_items:
            detail = f"{len(asked.series)} series, at most {self._settings.max_items} are taken at a time"
            raise Problem(413, "too-many-items", detail)
        loaded = self._registry.resolve(TASK, asked.model, asked.version)
        _check(loaded.predictor, asked)
        queries = [_query(series, asked) for series in asked.series]
        # The first timestamps cost half a second, in which pandas is imported.
        long = body.size > _LONG_BODY or any(isinstance(query, ForecastQuery) and query.start for query in queries)
        answer = partial(_answer, loaded.key.name)
        results = await self._pipeline.run(request, loaded, queries, answer, long=long)
        forecasts = [
            {"id": _id(series), **_result(result)} for series, result in zip(asked.series, results, strict=True)
        ]
        content = {"model": loaded.key.name, "version": loaded.key.version, "forecasts": forecasts}
        return json_response(content, 422 if all("error" in forecast for forecast in forecasts) else 200)


def _envelope(content: Any) -> ForecastRequest:
    try:
        return ForecastRequest.model_validate(content)
    except ValidationError as error:
        raise from_validation(error) from None


def _check(predictor: Any, asked: ForecastRequest) -> None:
    """See that the model can do what is asked of it for all series alike."""
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


def _query(series: Any, asked: ForecastRequest) -> ForecastQuery | InputError:
    try:
        item = Series.model_validate(series)
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        field = str(found["loc"][0])[:_FIELD_LENGTH] if found["loc"] else "series"
        return InputError("wrong_shape", f"{field}: {told(found)}", field)
    return ForecastQuery(
        values=item.values, start=item.start, frequency=item.frequency, horizon=asked.horizon, levels=asked.levels
    )


def _id(series: Any) -> str | int | None:
    """The id as it was sent, also of a series that is wrong otherwise."""
    found = series.get("id") if isinstance(series, dict) else None
    return found if type(found) in (str, int) else None


def _answer(model: str, prepared: PreparedForecast, forecast: Forecast) -> dict[str, Any]:
    bounds = chain.from_iterable(chain.from_iterable(interval.values() for interval in forecast.intervals.values()))
    if not all(map(math.isfinite, chain(forecast.mean, bounds))):
        raise ArithmeticError("the forecast is not finite")
    metrics.FILLED.labels(model).inc(prepared.filled)
    metrics.OUT_OF_RANGE.labels(model).inc(prepared.outside)
    query = prepared.query
    half_dated = (query.start is None) != (query.frequency is None)
    return {
        "mean": forecast.mean,
        **({"timestamps": forecast.timestamps} if forecast.timestamps is not None else {}),
        "intervals": forecast.intervals,
        "warnings": [*forecast.warnings, _HALF_DATED] if half_dated else forecast.warnings,
    }


def _result(result: dict[str, Any] | InputError | FailedError) -> dict[str, Any]:
    if isinstance(result, InputError):
        return {"error": {"code": result.code, "message": result.message, "field": result.field}}
    if isinstance(result, FailedError):
        message = "the service failed at this item; its neighbours are not affected"
        return {"error": {"code": "internal", "message": message, "field": None}}
    return result
