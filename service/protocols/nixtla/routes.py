"""The protocol of Nixtla, whose clients ask TimeGPT; here our models answer.

Reference:
    https://www.nixtla.io/docs, and the sources of the `nixtla` package 0.9
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from seqserve.forecast.predictor import Forecaster
from service.forecast.rolling import Plan, Rolled, Rolling, one_by_one, windows
from service.forecast.schemas import ForecastRequest
from service.http.endpoints import Endpoint, Handler
from service.http.json_response import json_response
from service.http.problems import Dialect, Problem, wrong_shape
from service.inference.prediction_route import as_json
from service.model_registry.loaded_models import Loaded, Registry
from service.model_registry.on_demand import chosen
from service.protocols.nixtla import answers, bodies
from service.protocols.nixtla.bodies import Body
from service.protocols.nixtla.levels import Level, Levels
from service.protocols.protocol import Protocol, Served, asked

_UNLIMITED = 1_000_000
_USUAL_LEVEL = 99


class Nixtla(Protocol):
    """The nixtla package for Python, nixtlar for R."""

    name = "Nixtla"
    reference = "https://www.nixtla.io/docs"
    dialect = Dialect("application/json", {"bad-item": 422})

    def __init__(self, served: Served) -> None:
        super().__init__(served)
        self._rolling = Rolling(served.backend)

    def endpoints(self) -> list[Endpoint]:
        said = "Whether the key is right"
        return [
            self.endpoint("GET", "/validate_api_key", self.validate_key, "nixtlaValidateKey", said),
            self.endpoint("GET", "/model_params", self.parameters, "nixtlaModel", "What a model looks at"),
            self.endpoint("GET", "/usage", self.usage, "nixtlaUsage", "Requests that were sent: none are counted"),
            self.endpoint("GET", "/v2/models", self.models, "nixtlaModels", "Names of the models"),
            self._post("forecast", self.forecast, "Forecast series", "forecast"),
            self._post("cross_validation", self.cross_validation, "Forecast series from earlier points", "backtest"),
            self._post("historic_forecast", self.history, "Forecast the values of series, one by one", "backtest"),
            self._post("anomaly_detection", self.anomalies, "Find values outside their intervals", "anomalies"),
            self._post("online_anomaly_detection", self.latest_anomalies, "The same in the last values", "anomalies"),
        ]

    def _post(self, name: str, handler: Handler, told: str, task: str) -> Endpoint:
        return self.endpoint("POST", f"/v2/{name}", handler, f"nixtla{name.title().replace('_', '')}", told, task=task)

    async def validate_key(self, request: Request) -> Response:
        """GET /validate_api_key."""
        if self.served.access.keys:
            self.served.access.keys.owner(request)
        return json_response({"status": 200, "message": "success", "detail": "API key is valid"})

    async def parameters(self, request: Request) -> Response:
        """GET /model_params; clients cut their histories to what it says."""
        body = Body({"model": request.query_params.get("model")}, [], 0)
        forecaster = _forecaster(await self._loaded(body))
        # the client for Python cuts longer histories to this, the one for R refuses shorter ones
        cuts = request.headers.get("user-agent", "").startswith("python")
        window = forecaster.window or (forecaster.longest if cuts else None) or forecaster.min_values
        return json_response({"status": 200, "detail": {"input_size": window, "horizon": forecaster.horizon}})

    async def usage(self, request: Request) -> Response:
        """GET /usage."""
        free = {"consumed": 0, "limit": _UNLIMITED}
        return json_response({"minute": free, "month": free})

    async def models(self, request: Request) -> Response:
        """GET /v2/models."""
        names = self.live.current.catalog.names(self.served.forecast.task)
        return json_response({"models": [{"name": name} for name in names]})

    async def forecast(self, request: Request) -> Response:
        """POST /v2/forecast."""
        body = await bodies.read(self, request)
        loaded = await self._loaded(body)
        levels = Levels.of(body.levels, _forecaster(loaded))
        wanted = self._request(request, body, loaded, levels, body.integer("h"))
        long = body.size > self.served.forecast.long_body
        answered = await self.served.forecast.predict(request, wanted, wanted.series, long=long)
        results: list[Any] = answered[1]
        answers.check(results)
        bounds = [[levels.bounds(level, result) for level in levels.stated] for result in results]
        data = {
            "mean": [value for result in results for value in result["mean"]],
            "intervals": answers.intervals(levels.stated, bounds),
            "weights_x": None,
            "feature_contributions": None,
        }
        return answers.enveloped(data)

    async def cross_validation(self, request: Request) -> Response:
        """POST /v2/cross_validation; with `full_history` every value is forecast that has enough history."""
        body = await bodies.read(self, request)
        if body.fields.get("full_history"):
            return await self._each(request, body)
        count, horizon = body.integer("n_windows", 1), body.integer("h")
        step = body.integer("step_size", horizon)
        levels, found = await self._rolled(request, body, horizon, windows(count, step), body.levels)
        places = [
            begin + place
            for begin, one in zip(body.offsets, found, strict=True)
            for origin in one.origins
            for place in range(origin, origin + horizon)
        ]
        return answers.enveloped({**answers.told(levels, found, horizon), "idxs": places})

    async def history(self, request: Request) -> Response:
        """POST /v2/historic_forecast."""
        return await self._each(request, await bodies.read(self, request))

    async def anomalies(self, request: Request) -> Response:
        """POST /v2/anomaly_detection."""
        body = await bodies.read(self, request)
        stated = body.levels or [_USUAL_LEVEL]
        levels, found = await self._rolled(request, body, 1, one_by_one(), stated[:1])
        anomaly, _ = answers.anomalies(levels, found, 1)
        return answers.enveloped({**answers.told(levels, found, 1), "anomaly": anomaly})

    async def latest_anomalies(self, request: Request) -> Response:
        """POST /v2/online_anomaly_detection."""
        body = await bodies.read(self, request)
        if body.fields.get("threshold_method", "univariate") != "univariate":
            raise wrong_shape([("/threshold_method", "must be univariate: each series is looked at alone")])
        horizon, last = body.integer("h"), body.integer("detection_size")
        step = min(horizon, body.integer("step_size", horizon))
        stated = body.levels or [_USUAL_LEVEL]
        levels, found = await self._rolled(request, body, horizon, one_by_one(last, step), stated[:1])
        anomaly, scores = answers.anomalies(levels, found, step)
        places = [
            place
            for begin, one in zip(body.offsets, found, strict=True)
            for place in range(begin + one.origins[0], begin + len(one.actual))
        ]
        told = {"idxs": places, "anomaly": anomaly, "anomaly_score": scores}
        return answers.enveloped({**answers.told(levels, found, step), **told})

    async def _each(self, request: Request, body: Body) -> Response:
        """A forecast of one step for every value that has enough history."""
        levels, found = await self._rolled(request, body, 1, one_by_one(), body.levels)
        return answers.enveloped(answers.told(levels, found, 1))

    async def _loaded(self, body: Body) -> Loaded:
        find = partial(_resolved, self.served.forecast.task, *body.model)
        return await chosen(self.live, find, self.settings.deadline_seconds)

    async def _rolled(
        self, request: Request, body: Body, horizon: int, plan: Plan, stated: Sequence[Level]
    ) -> tuple[Levels, list[Rolled]]:
        loaded = await self._loaded(body)
        levels = Levels.of(stated, _forecaster(loaded))
        wanted = self._request(request, body, loaded, levels, horizon)
        _, _, found = await self._rolling.run(request, wanted, wanted.series, plan)
        answers.check([{} if isinstance(one, Rolled) else as_json(one) for one in found])
        return levels, [one for one in found if isinstance(one, Rolled)]

    def _request(self, request: Request, body: Body, loaded: Loaded, levels: Levels, horizon: int) -> ForecastRequest:
        """The same request as our route has it.

        Raises:
            Problem: 413 there are too many series, 422 it is wrong.
        """
        try:
            self.served.forecast.admit(request, len(body.series))
        except Problem as problem:
            if problem.status == 413:
                raise Problem(413, problem.kind, f"{problem.detail}; use num_partitions") from None
            raise
        own = {"model": loaded.key.name, "version": loaded.key.version, "horizon": horizon}
        stated = {"levels": levels.levels, "quantiles": levels.quantiles}
        return asked(ForecastRequest, {**own, **stated, "series": body.items(_forecaster(loaded))})


def _resolved(task: str, name: str | None, version: str | None, registry: Registry) -> Loaded:
    return registry.resolve(task, name, version)


def _forecaster(loaded: Loaded) -> Forecaster:
    assert isinstance(loaded.predictor, Forecaster)
    return loaded.predictor
