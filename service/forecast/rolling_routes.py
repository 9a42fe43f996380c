"""POST /forecast/backtest and POST /forecast/anomalies."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from seqserve.core.arrays import Floats
from seqserve.errors import InputError
from service.forecast.rolling import Plan, Rolled, Rolling, one_by_one, windows
from service.forecast.rolling_schemas import AnomaliesAnswer, AnomaliesRequest, BacktestAnswer, BacktestRequest
from service.forecast.schemas import ForecastRequest, Series
from service.http.json_response import json_response
from service.http.problems import Problem, wrong_shape
from service.inference.items_route import Asked, Backend, ItemsRoute, rejected
from service.inference.pipeline import FailedError
from service.inference.prediction_route import as_json

_EXAMPLE = [417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432]


class RollingRoute(ItemsRoute[Asked]):
    """Answers series with what earlier forecasts say of them; a route also states the field of its results."""

    items = "series"
    item_shapes = (Series,)
    results: str

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend)
        self._rolling = Rolling(backend)

    @abstractmethod
    def plan(self, asked: Asked) -> Plan:
        """The origins of the forecasts."""

    @abstractmethod
    def result(self, asked: Asked, rolled: Rolled) -> dict[str, Any]:
        """What is answered for a series."""

    @abstractmethod
    def forecasts(self, asked: Asked) -> ForecastRequest:
        """The forecasts to ask for."""

    async def post(self, request: Request) -> Response:
        asked, items, _ = await self.read(request)
        loaded, echoes, found = await self._rolling.run(request, self.forecasts(asked), items, self.plan(asked))
        results = [{**echo, **self._as_json(asked, one)} for echo, one in zip(echoes, found, strict=True)]
        content = {"model": loaded.key.name, "version": loaded.key.version, self.results: results}
        return json_response(content, 422 if all("error" in result for result in results) else 200)

    def _as_json(self, asked: Asked, found: Rolled | InputError | FailedError) -> dict[str, Any]:
        if isinstance(found, InputError):
            return rejected(found)
        return as_json(found) if isinstance(found, FailedError) else self.result(asked, found)


class BacktestRoute(RollingRoute[BacktestRequest]):
    """Forecasts series from earlier points, beside what came."""

    path = "/forecast/backtest"
    task = "backtest"
    request = BacktestRequest
    response = BacktestAnswer
    results = "backtests"
    summary = "Forecast series from earlier points, and compare with what came"
    example = {  # noqa: RUF012
        "series": [{"id": "passengers", "values": _EXAMPLE, "end": "1960-12-01", "frequency": "MS"}],
        "horizon": 2,
        "windows": 3,
        "levels": [80],
    }

    def forecasts(self, asked: BacktestRequest) -> ForecastRequest:
        return asked

    def plan(self, asked: BacktestRequest) -> Plan:
        return windows(asked.windows, asked.step)

    def result(self, asked: BacktestRequest, rolled: Rolled) -> dict[str, Any]:
        found = []
        for origin, forecast in zip(rolled.origins, rolled.forecasts, strict=True):
            told = {name: value for name, value in forecast.items() if name != "warnings"}
            actual = rolled.actual[origin : origin + len(forecast["mean"])]
            found.append({"first": origin, **told, "actual": [None if gap else value for value, gap in _known(actual)]})
        return {"windows": found, "scores": _scores(found), "warnings": _warnings(rolled)}


class AnomaliesRoute(RollingRoute[AnomaliesRequest]):
    """Tells which values of series lie outside the interval that was forecast for them."""

    path = "/forecast/anomalies"
    task = "anomalies"
    request = AnomaliesRequest
    response = AnomaliesAnswer
    results = "results"
    summary = "Find values outside the interval that was forecast for them"
    example = {  # noqa: RUF012
        "series": [{"id": "passengers", "values": [*_EXAMPLE, 900]}],
        "level": 95,
        "last": 3,
    }

    def forecasts(self, asked: AnomaliesRequest) -> ForecastRequest:
        same = {name: getattr(asked, name) for name in ("model", "version", "horizon", "series")}
        return ForecastRequest.model_construct(**same, levels=[asked.level], quantiles=[])

    async def post(self, request: Request) -> Response:
        try:
            return await super().post(request)
        except Problem as problem:
            if [pointer for pointer, _ in problem.errors] == ["/levels/0"]:  # which the client calls otherwise
                raise wrong_shape([("/level", problem.errors[0][1])]) from None
            raise

    def plan(self, asked: AnomaliesRequest) -> Plan:
        return one_by_one(asked.last, asked.horizon or 1)

    def result(self, asked: AnomaliesRequest, rolled: Rolled) -> dict[str, Any]:
        first = rolled.origins[0]
        actual = rolled.actual[first:]
        bounds = [forecast["intervals"][str(asked.level)] for forecast in rolled.forecasts]
        lower, upper = (end_to_end([bound[side] for bound in bounds], len(actual)) for side in ("lower", "upper"))
        dates = [forecast["timestamps"] for forecast in rolled.forecasts if "timestamps" in forecast]
        return {
            "first": first,
            **({"timestamps": list(chain.from_iterable(dates))[: len(actual)]} if dates else {}),
            "anomaly": outside(actual, lower, upper).tolist(),
            "mean": end_to_end([forecast["mean"] for forecast in rolled.forecasts], len(actual)).tolist(),
            "lower": lower.tolist(),
            "upper": upper.tolist(),
            "warnings": _warnings(rolled),
        }


def outside(actual: Floats, lower: Floats, upper: Floats) -> Any:
    """Whether each value (T,) lies outside its interval; a gap does not."""
    return (actual < lower) | (actual > upper)


def end_to_end(parts: Sequence[Sequence[float]], count: int) -> Floats:
    """The first numbers of lists that follow each other."""
    return np.array(list(chain.from_iterable(parts))[:count], dtype=np.float64)


def _known(values: Floats) -> Iterator[tuple[float, bool]]:
    """Each value, and whether it is a gap."""
    return zip(values.tolist(), np.isnan(values).tolist(), strict=True)


def _warnings(rolled: Rolled) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(forecast["warnings"] for forecast in rolled.forecasts)))


def _scores(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Errors over all windows."""
    actual = np.array(list(chain.from_iterable(one["actual"] for one in found)), dtype=np.float64)
    known = ~np.isnan(actual)
    if not known.any():
        return {"mae": None, "rmse": None, "coverage": dict.fromkeys(found[0]["intervals"])}
    errors = (np.array(list(chain.from_iterable(one["mean"] for one in found))) - actual)[known]
    coverage = {}
    for level in found[0]["intervals"]:
        lower, upper = (
            np.array(list(chain.from_iterable(one["intervals"][level][side] for one in found)))
            for side in ("lower", "upper")
        )
        coverage[level] = float(1 - outside(actual, lower, upper)[known].mean())
    return {"mae": float(np.abs(errors).mean()), "rmse": math.sqrt(float((errors**2).mean())), "coverage": coverage}
