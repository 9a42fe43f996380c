"""Version 1 of the protocol of TensorFlow Serving, which KServe and Vertex AI took over.

Reference:
    https://www.tensorflow.org/tfx/serving/api_rest
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from seqserve.registry.store import Key
from service.forecast.schemas import ForecastRequest, Series
from service.http.endpoints import Endpoint
from service.http.json_response import json_response
from service.http.problems import Dialect, Problem
from service.http.schemas import PredictionRequest
from service.protocols.model_names import Named, named, task_of
from service.protocols.protocol import Protocol, asked, predicted
from service.sentiment.schemas import SentimentRequest
from service.translation.schemas import TranslationRequest

_SERIES = frozenset(Series.model_fields)
_SHAPES: Mapping[str, tuple[type[PredictionRequest], str, frozenset[str]]] = {
    "forecast": (ForecastRequest, "series", frozenset({"horizon", "levels", "quantiles"})),
    "sentiment": (SentimentRequest, "texts", frozenset({"explain"})),
    "translation": (TranslationRequest, "texts", frozenset({"alternatives", "beam", "format", "glossary"})),
}
"""Task to the shape of a request, its field of items, and the parameters that a client may send."""


class TensorFlowServing(Protocol):
    """Clients of TensorFlow Serving, KServe v1 and Vertex AI."""

    name = "TensorFlow Serving"
    reference = "https://www.tensorflow.org/tfx/serving/api_rest"
    dialect = Dialect("application/json", {422: 400})

    def endpoints(self) -> list[Endpoint]:
        task = partial(task_of, self.served)
        paths = {"": "", "OfVersion": "/versions/{version}", "OfLabel": "/labels/{version}"}
        return [
            self.endpoint("GET", "/v1/models/{name}", self.status, "v1Model", "Which versions are loaded"),
            *(
                self.endpoint(
                    "POST", f"/v1/models/{{name}}{path}:predict", self.predict, f"v1Predict{of}", "Predict", task=task
                )
                for of, path in paths.items()
            ),
        ]

    async def status(self, request: Request) -> Response:
        """GET /v1/models/{name}."""
        registry, model = self.live.current, named(self.served, request.path_params)
        versions = registry.catalog.versions(model.task, model.name)
        held = [version for version in versions if Key(model.task, model.name, version) in registry.loaded]
        fine = {"error_code": "OK", "error_message": ""}
        return json_response(
            {
                "name": request.path_params["name"],
                "ready": bool(held),
                "model_version_status": [
                    {"version": version, "state": "AVAILABLE", "status": fine} for version in reversed(held)
                ],
            }
        )

    async def predict(self, request: Request) -> Response:
        """POST /v1/models/{name}:predict."""
        model = named(self.served, request.path_params)
        content = await self.content(request)
        body = await self.parsed(content)
        instances, parameters = body.get("instances"), body.get("parameters") or {}
        if not isinstance(instances, list) or not instances or not isinstance(parameters, dict):
            raise Problem(400, "wrong-shape", "instances must be a list of items, and parameters an object")
        route = self.served.routes[model.task]
        route.admit(request, len(instances))
        items = list(map(_series if model.task == "forecast" else _text, instances))
        wanted = _request(model, items, parameters)
        _, results = await predicted(route, request, wanted, items, len(content), noun="instance")
        return json_response({"predictions": list(map(_ANSWERS[model.task], results))})


def _request(model: Named, items: list[Any], parameters: Mapping[str, Any]) -> PredictionRequest:
    shape, field, known = _SHAPES[model.task]
    options = {name: value for name, value in parameters.items() if name in known}
    return asked(shape, {"model": model.name, "version": model.version, field: items, **options})


def _series(instance: Any) -> Any:
    """A series of ours; an instance may be no more than its values."""
    if isinstance(instance, list):
        return {"values": instance}
    if isinstance(instance, dict):
        return {name: value for name, value in instance.items() if name in _SERIES}
    return instance


def _text(instance: Any) -> Any:
    return instance.get("text") if isinstance(instance, dict) else instance


def _forecast(result: dict[str, Any]) -> Any:
    more = {name: result[name] for name in ("intervals", "quantiles") if result.get(name)}
    return {"mean": result["mean"], **more} if more else result["mean"]


def _sentiment(result: dict[str, Any]) -> Any:
    return {name: result[name] for name in ("label", "score", "scores", "explanation") if name in result}


def _translation(result: dict[str, Any]) -> Any:
    if result["alternatives"]:
        return {"text": result["text"], "alternatives": result["alternatives"]}
    return result["text"]


_ANSWERS = {"forecast": _forecast, "sentiment": _sentiment, "translation": _translation}
