"""The OpenAPI description, made from what each endpoint states and the shapes that requests are checked with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from service.http.endpoints import Endpoint, Operation
from service.http.problems import MEDIA_TYPE
from service.http.schemas import ProblemDetails
from service.monitoring.build import own_version

_REF = "#/components/schemas/"
_SCHEMES = {
    "adminToken": {"type": "http", "scheme": "bearer"},
    "apiKey": {"type": "http", "scheme": "bearer"},
    "apiKeyHeader": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
_PARAMETER = re.compile(r"\{(\w+)\}")
_BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


def describe(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """OpenAPI 3.1 for these endpoints."""
    shapes = dict.fromkeys(shape for endpoint in endpoints for shape in _shapes(endpoint.operation))
    modes = [(shape, "validation") for shape in (*shapes, ProblemDetails)]
    _, definitions = models_json_schema(modes, ref_template=_REF + "{model}")  # type: ignore[arg-type]
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "seqserve",
            "version": own_version(),
            "description": "Sequence predictions. Batch in, batch out: one bad item never harms its neighbours.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": _bounded(definitions["$defs"]), "securitySchemes": _SCHEMES},
    }


def _bounded(schema: Any) -> Any:
    """A schema whose bounds have the names of JSON Schema; pydantic keeps its own where a number may be null."""
    if isinstance(schema, list):
        return [_bounded(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        _BOUNDS.get(name, name) if isinstance(part, int | float) else name: _bounded(part)
        for name, part in schema.items()
    }


def _shapes(operation: Operation) -> Iterable[type[BaseModel]]:
    yield from (shape for shape in (operation.request, operation.answer) if shape is not None)
    yield from operation.shapes


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    stated = endpoint.operation
    found: dict[str, Any] = {"operationId": stated.id, "summary": stated.summary, "responses": _responses(stated)}
    names = _PARAMETER.findall(endpoint.path)
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    parameters += [{"name": name, "in": "query", "schema": dict(schema)} for name, schema in stated.query.items()]
    if parameters:
        found["parameters"] = parameters
    if stated.protocol is not None:
        found |= {
            "tags": [stated.protocol.name],
            "externalDocs": {"description": f"{stated.protocol.name}'s own", "url": stated.protocol.reference},
        }
        if endpoint.method == "POST":
            found["requestBody"] = {"content": {"application/json": {"schema": {"additionalProperties": True}}}}
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
    if stated.protocol is not None:
        anything: dict[str, Any] = {"application/json": {"schema": {}}}
        failed = _content("application/json", "ProblemDetails")
        return {
            "200": {"description": meaning, "content": anything},
            "default": {"description": "What is wrong.", "content": failed},
        }
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
