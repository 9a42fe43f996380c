from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.types import ASGIApp

from service.app import create_app, is_ready
from service.model_registry.reloader import LiveRegistry
from service.phase import Phase
from service.settings import Settings
from service.tasks import TASKS
from testing import tiny


def app(root: Path, phase: Phase | None = None, **options: Any) -> ASGIApp:
    live, executor = LiveRegistry(root, 1), ThreadPoolExecutor(1)
    return create_app(Settings(**options), live, executor, executor, phase)


def ask(app: ASGIApp, method: str, path: str, body: object = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """The status, the headers and the body of an answer."""
    sent: list[dict[str, Any]] = []
    given = {"content-type": "application/json", **headers}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": orjson.dumps(body), "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    asyncio.run(app(scope, receive, send))
    start, *rest = sent
    answered = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], answered, b"".join(message.get("body", b"") for message in rest)


def test_every_route_of_every_task_is_reached_and_described(models: Path) -> None:
    found = app(models)
    described = json.loads(ask(found, "GET", "/openapi.json")[2])["paths"]
    for route in (route for task in TASKS.values() for route in task.routes):
        status, _, body = ask(found, "POST", route.path, {})
        assert (status, json.loads(body)["type"]) == (422, "urn:seqserve:problem:wrong-shape")
        assert "post" in described[route.path]


def test_a_prediction_comes_through_all_layers(models: Path) -> None:
    body = {"model": "tiny", "series": [{"values": tiny.values(8)}]}
    status, headers, answer = ask(app(models), "POST", "/forecast", body, **{"x-request-id": "mine"})
    assert (status, headers["x-request-id"]) == (200, "mine")
    assert json.loads(answer)["version"] == "1"


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [("/nowhere", 404, "no-such-path"), ("/livez/", 404, "no-such-path"), ("/forecast", 405, "wrong-method")],
)
def test_what_is_not_there_is_a_problem(models: Path, path: str, status: int, kind: str) -> None:
    found, _, body = ask(app(models), "GET", path)
    assert (found, json.loads(body)["type"]) == (status, f"urn:seqserve:problem:{kind}")


def test_a_worker_without_models_lives_but_is_not_ready(tmp_path: Path) -> None:
    found = app(tmp_path)
    assert ask(found, "GET", "/livez")[0] == 200
    status, _, body = ask(found, "GET", "/readyz")
    assert (status, json.loads(body)["type"]) == (503, "urn:seqserve:problem:not-ready")


def test_a_worker_that_drains_is_not_ready(models: Path) -> None:
    phase = Phase()
    found = app(models, phase)
    live = LiveRegistry(models, 1)
    assert (ask(found, "GET", "/readyz")[0], is_ready(live, phase)) == (200, True)
    phase.draining = True
    status, headers, body = ask(found, "GET", "/readyz")
    assert (status, headers["retry-after"], is_ready(live, phase)) == (503, "1", False)
    assert json.loads(body)["type"] == "urn:seqserve:problem:draining"


@pytest.mark.parametrize(("origins", "allowed"), [([], None), (["https://a.example"], "https://a.example")])
def test_pages_of_listed_origins_may_ask(models: Path, origins: list[str], allowed: str | None) -> None:
    _, headers, _ = ask(app(models, cors_origins=origins), "GET", "/livez", origin="https://a.example")
    assert headers.get("access-control-allow-origin") == allowed


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/models/forecast/tiny/labels/stable", {"PUT", "DELETE"}),
        ("/models/forecast/default", {"PUT"}),
        ("/models/forecast/tiny", {"GET", "HEAD", "POST"}),
    ],
)
def test_a_wrong_method_is_told_all_that_the_path_takes(models: Path, path: str, allowed: set[str]) -> None:
    status, headers, _ = ask(app(models), "PATCH", path)
    assert (status, set(headers["allow"].split(", "))) == (405, allowed)
