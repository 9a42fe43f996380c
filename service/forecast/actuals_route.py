"""POST /forecast/actuals."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import InputError
from seqserve.forecast.predictor import Forecaster
from service.forecast import accuracy
from service.forecast.route import ForecastRoute
from service.forecast.schemas import Actuals, ActualsAnswer, ActualsRequest
from service.http.json_response import json_response
from service.http.problems import Problem
from service.inference.items_route import ItemsRoute, identified, rejected, shaped
from service.model_registry.loaded_models import Loaded, Registry
from service.monitoring import metrics

_TURN_ITEMS = 64


class ActualsRoute(ItemsRoute[ActualsRequest]):
    """Takes past forecasts with the actual values and measures their accuracy; nothing is stored."""

    path = "/forecast/actuals"
    long_body = 1_024
    task = "actuals"
    request = ActualsRequest
    response = ActualsAnswer
    items = "items"
    item_shapes = (Actuals,)
    summary = "Say what came true of forecasts, for live accuracy"
    example = {  # noqa: RUF012
        "model": "google",
        "version": "2",
        "items": [
            {
                "id": "GOOG",
                "mean": [796.4, 796.16],
                "intervals": {"80": {"lower": [785.66, 782.39], "upper": [807.13, 809.93]}},
                "actual": [799.68, None],
            }
        ],
    }

    async def post(self, request: Request) -> Response:
        asked, items, is_long = await self.read(request)
        take = partial(_taken, _forecaster(asked, self.live.current))
        taken = await self._away(take, items) if is_long else take(items)
        accepted = sum("error" not in item for item in taken)
        if accepted == len(items):
            return json_response({"accepted": accepted})
        return json_response({"accepted": accepted, "items": taken}, 200 if accepted else 422)

    async def _away(
        self, take: Callable[[Sequence[Any]], list[dict[str, Any]]], items: Sequence[Any]
    ) -> list[dict[str, Any]]:
        """Take items in the executor, a few at a time, so that requests take turns."""
        loop, taken = asyncio.get_running_loop(), []
        for start in range(0, len(items), _TURN_ITEMS):
            taken += await loop.run_in_executor(self.backend.executor, take, items[start : start + _TURN_ITEMS])
        return taken


def _forecaster(asked: ActualsRequest, registry: Registry) -> Loaded:
    """The version that is named, or else the stable one; canary shares do not apply.

    Raises:
        NotFoundError: there is none such.
        Problem: 404 it is not loaded, so that nothing is known of its scale.
    """
    key = registry.find(ForecastRoute.task, asked.model, asked.version)
    if key not in registry.loaded:
        detail = f"{key} is not loaded, or no longer, so that its accuracy is not measured; label it to have it loaded"
        raise Problem(404, "version-not-loaded", detail)
    return registry.loaded[key]


def _taken(loaded: Loaded, items: Sequence[Any]) -> list[dict[str, Any]]:
    """Compare and count each item; returns its id and, if it is wrong, its error."""
    assert isinstance(loaded.predictor, Forecaster)
    key, taken = loaded.key, []
    for item in items:
        found = identified(item)
        try:
            accuracy.count(key, accuracy.compare(shaped(Actuals, item, "item"), loaded.predictor.config))
        except InputError as error:
            found |= rejected(error)
        taken.append(found)
    failed = sum("error" in item for item in taken)
    for outcome, count in (("ok", len(items) - failed), ("rejected", failed)):
        if count:
            metrics.of(metrics.ITEMS, ActualsRoute.task, key.name, key.version, outcome).inc(count)
    return taken
