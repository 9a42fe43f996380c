"""The description and the routes are the same, in both directions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate
from starlette.routing import Route

from service.app import endpoints, routes
from service.http import openapi, pages
from service.http.auth import Access
from service.http.endpoints import Endpoint, Operation
from service.http.schemas import Shape
from service.model_registry.reloader import LiveRegistry
from service.phase import Phase
from service.settings import Settings
from service.tasks import TASKS

FOR_PEOPLE = {"/openapi.json"} | {route.path for route in pages.routes()}  # type: ignore[attr-defined]
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[list[Endpoint]]:
    with ThreadPoolExecutor(1) as executor:
        yield endpoints(Settings(), LiveRegistry(tmp_path, 1), executor, executor, Phase(), Access.of(Settings()))


def test_every_route_is_described_and_every_description_has_a_route(served: list[Endpoint]) -> None:
    described = {
        (path, method.upper())
        for path, operations in openapi.describe(served)["paths"].items()
        for method in operations.keys() & METHODS
    }
    routed = {
        (route.path, method)
        for route in routes(served)
        if isinstance(route, Route) and route.path not in FOR_PEOPLE
        for method in route.methods or ()
        if method != "HEAD"  # which Starlette adds to every GET
    }
    assert described == routed


def test_the_contract_is_served(served: list[Endpoint]) -> None:
    assert {(endpoint.method, endpoint.path) for endpoint in served} >= {
        ("POST", "/forecast"),
        ("POST", "/forecast/actuals"),
        ("POST", "/sentiment"),
        ("POST", "/translate"),
        ("GET", "/models"),
        ("GET", "/models/{task}/{name}"),
        ("GET", "/models/{task}/{name}/examples/{version}"),
        ("PUT", "/models/{task}/{name}/labels/{label}"),
        ("POST", "/models/refresh"),
        ("GET", "/livez"),
        ("GET", "/readyz"),
        ("GET", "/metrics"),
    }


def test_everything_else_that_is_served_is_a_page(served: list[Endpoint]) -> None:
    stated = {endpoint.path for endpoint in served}
    assert {route.path for route in routes(served)} - stated == FOR_PEOPLE  # type: ignore[attr-defined]


def test_every_route_of_every_task_is_served(served: list[Endpoint]) -> None:
    counted = {endpoint.path: endpoint.task for endpoint in served if endpoint.task is not None}
    assert {route.path: route.task for task in TASKS.values() for route in task.routes}.items() <= counted.items()


def test_the_description_is_valid(served: list[Endpoint]) -> None:
    description = openapi.describe(served)
    validate(description)
    for path, operations in description["paths"].items():
        for operation in operations.values():
            parameters = operation.get("parameters", [])
            named = [parameter["name"] for parameter in parameters if parameter["in"] == "path"]
            assert named == re.findall(r"\{(\w+)\}", path)


def test_bounds_have_their_names_where_a_number_may_be_null(served: list[Endpoint]) -> None:
    counts = openapi.describe(served)["components"]["schemas"]["CompletionRequest"]["properties"]["count"]["anyOf"]
    assert counts == [{"type": "integer", "minimum": 1, "maximum": 16}, {"type": "null"}]


def test_every_shape_that_is_referred_to_is_there(served: list[Endpoint]) -> None:
    description = openapi.describe(served)
    referred = set(re.findall(r"#/components/schemas/(\w+)", str(description)))
    assert referred <= description["components"]["schemas"].keys()


class Wish(Shape):
    """A wish."""

    wish: str


async def nothing(request: Any) -> Any: ...


def test_an_endpoint_is_described_as_it_states() -> None:
    operation = Operation(
        "grant", "Grant a wish", answer=Wish, request=Wish, example={"wish": "tea"}, problems={404: "No tea."}
    )
    description = openapi.describe([Endpoint("PUT", "/wishes/{name}", nothing, operation)])
    found = description["paths"]["/wishes/{name}"]["put"]
    assert (found["operationId"], found["summary"]) == ("grant", "Grant a wish")
    assert found["requestBody"]["content"]["application/json"]["example"] == {"wish": "tea"}
    assert found["responses"].keys() == {"200", "404"}
    assert "security" not in found
    assert description["components"]["schemas"].keys() == {"Wish", "ProblemDetails", "ShapeError"}
