"""The OpenAPI description, made from the shapes that requests are checked with."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from inspect import cleandoc
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from service.http.problems import MEDIA_TYPE
from service.http.schemas import Actuals, ProblemDetails, Series
from service.inference.items_route import ItemsRoute
from service.model_registry.schemas import ExampleInputs, LabelRequest, ModelDetail, ModelList

_SHAPES: tuple[type[BaseModel], ...] = (
    Series,
    Actuals,
    ModelList,
    ModelDetail,
    ExampleInputs,
    LabelRequest,
    ProblemDetails,
)
"""Those that no route states as its request or answer."""
_REF = "#/components/schemas/"
_PROBLEMS = {
    400: "The body is not JSON.",
    401: "The service has API keys, and the request carries none of them.",
    404: "No such model, version, pair of languages or route; or the version is not loaded.",
    408: "The body did not arrive in time.",
    413: "The body or the batch is over its limit.",
    415: "The body is not of type application/json.",
    500: "The service failed.",
    503: "With Retry-After: the queue is full, the service stops, or too many connections are open; "
    "without: the version asked for is damaged or failed its self-test.",
    504: "The deadline passed.",
}
_PROBLEMS_OF_ADMIN = {
    401: "The request does not carry the admin token.",
    403: "The service was started without an admin token.",
}
_SCHEMES = {
    "adminToken": {"type": "http", "scheme": "bearer"},
    "apiKey": {"type": "http", "scheme": "bearer"},
    "apiKeyHeader": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
_BY_ADMIN: list[dict[str, list[str]]] = [{"adminToken": []}]
_BY_KEY: list[dict[str, list[str]]] = [{}, {"apiKey": []}, {"apiKeyHeader": []}]
"""Without a key too, since a service may have none."""


def describe(posts: Sequence[type[ItemsRoute[Any]]]) -> dict[str, Any]:
    """OpenAPI 3.1 for every path."""
    shapes = [*(shape for kind in posts for shape in (kind.request, kind.response)), *_SHAPES]
    _, definitions = models_json_schema([(shape, "validation") for shape in shapes], ref_template=_REF + "{model}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "seqserve",
            "version": _version(),
            "description": "Sequence predictions. Batch in, batch out: one bad item never harms its neighbours.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            **{kind.path: {"post": _post(kind)} for kind in posts},
            "/models": {"get": _get("listModels", "Every model, version, label and default", "ModelList")},
            "/models/{task}/{name}": {"get": _show_model()},
            "/models/{task}/{name}/examples/{version}": {"get": _show_examples()},
            "/models/{task}/{name}/labels/{label}": {"put": _move_label()},
            "/models/refresh": {"post": _refresh()},
            "/livez": {"get": _plain("live", "Whether the process answers")},
            "/readyz": {"get": _plain("ready", "Whether every default model is loaded and proven", 503)},
            "/metrics": {"get": _plain("metrics", "Measurements in the text format of Prometheus")},
        },
        "components": {"schemas": definitions["$defs"], "securitySchemes": _SCHEMES},
    }


def _post(kind: type[ItemsRoute[Any]]) -> dict[str, Any]:
    answer = kind.response.__name__
    asked = {"schema": {"$ref": _REF + kind.request.__name__}, "example": kind.example}
    responses = {
        "200": _json(cleandoc(kind.response.__doc__ or ""), answer),
        **{str(status): _problem(meaning) for status, meaning in _PROBLEMS.items()},
        "422": {
            "description": "Every item failed, each with its error; or the body has the wrong shape.",
            "content": {**_content("application/json", answer), **_content(MEDIA_TYPE, "ProblemDetails")},
        },
    }
    return {
        "operationId": kind.task,
        "summary": kind.summary,
        "requestBody": {"required": True, "content": {"application/json": asked}},
        "responses": responses,
        "security": _BY_KEY,
    }


def _show_model() -> dict[str, Any]:
    operation = _get("showModel", "A model: metrics, signature, licence, data source, versions", "ModelDetail")
    operation["responses"]["404"] = _problem(_PROBLEMS[404])
    return {**operation, "parameters": _parameters("task", "name")}


def _show_examples() -> dict[str, Any]:
    operation = _get("showExamples", "Inputs to try a version on, those of its golden examples", "ExampleInputs")
    operation["responses"] |= {
        "401": _problem(_PROBLEMS[401]),
        "404": _problem(_PROBLEMS[404]),
        "503": _problem("The version is damaged or failed its self-test."),
    }
    return {**operation, "security": _BY_KEY, "parameters": _parameters("task", "name", "version")}


def _move_label() -> dict[str, Any]:
    operation = _get("moveLabel", "Release, try or roll back: point a label at a version", "ModelDetail")
    asked = {"schema": {"$ref": _REF + "LabelRequest"}, "example": {"version": "2"}}
    problems = {**_PROBLEMS_OF_ADMIN, **{status: _PROBLEMS[status] for status in (400, 404, 408, 413, 415, 500)}}
    problems[409] = "The version is bad, the label may not be moved there, or the tree cannot be written."
    problems[422] = "The body has the wrong shape."
    operation["responses"] |= {str(status): _problem(meaning) for status, meaning in problems.items()}
    return {
        **operation,
        "parameters": _parameters("task", "name", "label"),
        "requestBody": {"required": True, "content": {"application/json": asked}},
        "security": _BY_ADMIN,
    }


def _refresh() -> dict[str, Any]:
    operation = _get("refreshModels", "Look for new versions and moved labels at once", "ModelList")
    operation["responses"] |= {str(status): _problem(meaning) for status, meaning in _PROBLEMS_OF_ADMIN.items()}
    return {**operation, "security": _BY_ADMIN}


def _parameters(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _get(operation: str, summary: str, shape: str) -> dict[str, Any]:
    return {"operationId": operation, "summary": summary, "responses": {"200": _json(summary, shape)}}


def _plain(operation: str, summary: str, *failures: int) -> dict[str, Any]:
    text = {"description": "Yes.", "content": {"text/plain": {"schema": {"type": "string"}}}}
    responses = {"200": text, **{str(status): _problem("No.") for status in failures}}
    return {"operationId": operation, "summary": summary, "responses": responses}


def _problem(meaning: str) -> dict[str, Any]:
    return {"description": meaning, "content": _content(MEDIA_TYPE, "ProblemDetails")}


def _json(description: str, shape: str) -> dict[str, Any]:
    return {"description": description, "content": _content("application/json", shape)}


def _content(media_type: str, shape: str) -> dict[str, Any]:
    return {media_type: {"schema": {"$ref": _REF + shape}}}


def _version() -> str:
    try:
        return version("seqserve")
    except PackageNotFoundError:  # run from a checkout
        return "0.1.0"
