"""What BentoML's own client asks for before it knows the routes: `GET /schema.json`.

Reference:
    https://docs.bentoml.com/en/latest/build-with-bentoml/clients.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from service.http import openapi
from service.http.endpoints import Endpoint
from service.http.json_response import json_response
from service.protocols.protocol import Protocol

_REF = "#/components/schemas/"


class BentoML(Protocol):
    """`bentoml.SyncHTTPClient` and `bentoml.AsyncHTTPClient`."""

    name = "BentoML"
    reference = "https://docs.bentoml.com/"

    _schema: dict[str, Any] | None = None
    _own: Sequence[Endpoint] = ()

    def around(self, endpoint: Endpoint) -> Endpoint:
        self._own = [*self._own, endpoint]
        return endpoint

    def endpoints(self) -> list[Endpoint]:
        return [self.endpoint("GET", "/schema.json", self.schema, "bentomlSchema", "The routes, for BentoML's client")]

    async def schema(self, request: Request) -> Response:
        """GET /schema.json."""
        if self._schema is None:
            self._schema = schema(self._own)
        return json_response(self._schema)


def schema(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """Routes as BentoML's client knows them: each is a method of it, named as the end of its path."""
    described = openapi.describe(endpoints)
    shapes = described["components"]["schemas"]
    routes = []
    for path, methods in described["paths"].items():
        stated = methods["post"]
        body = stated["requestBody"]["content"]["application/json"]["schema"]
        answer = stated["responses"]["200"]["content"]["application/json"]["schema"]
        routes.append(
            {
                "name": path.strip("/").replace("/", "_"),
                "route": path,
                "batchable": False,
                "doc": stated["summary"],
                "input": _resolved(body, shapes),
                "output": _resolved(answer, shapes),
            }
        )
    return {"name": "seqserve", "type": "service", "routes": routes}


def _resolved(schema: Any, shapes: dict[str, Any]) -> Any:
    """A schema in which what is referred to stands in its place; none refers to itself."""
    if isinstance(schema, list):
        return [_resolved(one, shapes) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if (found := schema.get("$ref", "")).startswith(_REF):
        return _resolved(shapes[found.removeprefix(_REF)], shapes)
    return {name: _resolved(one, shapes) for name, one in schema.items()}
