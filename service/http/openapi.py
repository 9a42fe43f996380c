"""The OpenAPI description, made from what each endpoint states and the shapes that requests are checked with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from service.http.endpoints import Endpoint, Operation
from service.http.problems import MEDIA_TYPE
from service.http.schemas import ProblemDetails

_REF = "#/components/schemas/"
_SCHEMES = {
    "adminToken": {"type": "http", "scheme": "bearer"},
    "apiKey": {"type": "http", "scheme": "bearer"},
    "apiKeyHeader": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
_PARAMETER = re.compile(r"\{(\w+)\}")


def describe(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """OpenAPI 3.1 for these endpoints."""
    shapes = dict.fromkeys(shape for endpoint in endpoints for shape in _shapes(endpoint.operation))
    modes = [(shape, "validation") for shape in (*shapes, ProblemDetails)]
    _, definitions = models_json_schema(modes, ref_template=_REF + "{model}")  # type: ignore[arg-type]
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint.path, endpoint.operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "seqserve",
            "version": _version(),
            "description": "Sequence predictions. Batch in, batch out: one bad item never harms its neighbours.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": definitions["$defs"], "securitySchemes": _SCHEMES},
    }


def _shapes(operation: Operation) -> Iterable[type[BaseModel]]:
    yield from (shape for shape in (operation.request, operation.answer) if shape is not None)
    yield from operation.shapes


def _operation(path: str, stated: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {"operationId": stated.id, "summary": stated.summary, "responses": _responses(stated)}
    if names := _PARAMETER.findall(path):
        found["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
        ]
    if stated.request is not None:
        body: dict[str, Any] = {"schema": {"$ref": _REF + stated.request.__name__}}
        if stated.example is not None:
            body["example"] = stated.example
        found["requestBody"] = {"required": True, "content": {"application/json": body}}
    if stated.security is not None:
        found["security"] = stated.security
    return found


def _responses(stated: Operation) -> dict[str, Any]:
    meaning = stated.meaning or stated.summary
    if stated.answer is None:
        answer: dict[str, Any] = {"text/plain": {"schema": {"type": "string"}}}
    else:
        answer = _content("application/json", stated.answer.__name__)
    found = {"200": {"description": meaning, "content": answer}}
    for status, problem in stated.problems.items():
        found[str(status)] = {"description": problem, "content": _content(MEDIA_TYPE, "ProblemDetails")}
    if stated.items_may_fail:
        found["422"] = {
            "description": "Every item failed, each with its error; or the body has the wrong shape.",
            "content": {**answer, **_content(MEDIA_TYPE, "ProblemDetails")},
        }
    return found


def _content(media_type: str, shape: str) -> dict[str, Any]:
    return {media_type: {"schema": {"$ref": _REF + shape}}}


def _version() -> str:
    try:
        return version("seqserve")
    except PackageNotFoundError:  # run from a checkout
        return "0.1.0"
