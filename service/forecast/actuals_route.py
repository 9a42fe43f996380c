"""POST /forecast/actuals."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import InputError
from seqserve.forecast.predictor import Forecaster
from seqserve.registry.store import Key
from service.errors import NotLoadedError, RefusedError
from service.forecast import accuracy
from service.forecast.accuracy import Comparison
from service.forecast.route import ForecastRoute
from service.forecast.schemas import Actuals, ActualsAnswer, ActualsRequest
from service.http.json_items import Unparsed
from service.http.json_response import json_response
from service.http.problems import Problem
from service.inference.items_route import ItemsRoute, identified, rejected, shaped
from service.model_registry.loaded_models import Loaded, Registry
from service.model_registry.on_demand import chosen
from service.monitoring import metrics
from service.turns import in_turns


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
        loaded = await chosen(self.live, partial(_forecaster, asked), self.settings.deadline_seconds)
        request.state.answered_by = loaded.key
        compare, count = partial(_compared, loaded), partial(_counted, loaded.key)
        if is_long:
            compared = await in_turns(self.backend.executor, compare, items)
            taken = await in_turns(self.backend.executor, count, compared)
        else:
            taken = list(map(count, map(compare, items)))
        accepted = sum("error" not in item for item in taken)
        if accepted == len(items):
            return json_response({"accepted": accepted})
        return json_response({"accepted": accepted, "items": taken}, 200 if accepted else 422)


def _forecaster(asked: ActualsRequest, registry: Registry) -> Loaded:
    """The version that is named, or else the stable one; canary shares do not apply.

    Raises:
        NotFoundError: there is none such.
        ColdError: it is not in memory; it is loaded, and this called again.
        Problem: 404 it is not loaded, so that nothing is known of its scale.
    """
    key = registry.find(ForecastRoute.task, asked.model, asked.version)
    try:
        return registry.held(key)
    except (NotLoadedError, RefusedError):
        detail = f"{key} is not loaded, or no longer, so that its accuracy is not measured; label it to have it loaded"
        raise Problem(404, "version-not-loaded", detail) from None


def _compared(loaded: Loaded, item: Any) -> tuple[dict[str, Any], Comparison | InputError]:
    """An item's id, and how it compares or what is wrong with it; nothing is counted, as the body may prove no JSON."""
    assert isinstance(loaded.predictor, Forecaster)
    found: dict[str, Any] = {"id": None}
    try:
        content = item.parse() if type(item) is Unparsed else item
        found = identified(content)
        return found, accuracy.compare(shaped(Actuals, content, "item"), loaded.predictor)
    except InputError as error:
        return found, error


def _counted(key: Key, compared: tuple[dict[str, Any], Comparison | InputError]) -> dict[str, Any]:
    """Count an item; returns its id and, if it is wrong, its error."""
    found, comparison = compared
    outcome = "rejected" if isinstance(comparison, InputError) else "ok"
    metrics.of(metrics.ITEMS, ActualsRoute.task, key.name, key.version, outcome).inc()
    if isinstance(comparison, InputError):
        return found | rejected(comparison)
    accuracy.count(key, comparison)
    return found
