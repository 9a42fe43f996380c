"""Whole requests that are refused: each with its status and a problem, the service unharmed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from testing import tiny
from testing.service_process import CHECKOUT, Running

pytestmark = pytest.mark.slow

GOOD = tiny.values(8)


@pytest.fixture(autouse=True)
def unharmed(service: Running) -> Iterator[None]:
    workers = {worker.pid for worker in service.workers()}
    yield
    assert service.forecast([{"values": GOOD}]).status_code == 200
    assert {worker.pid for worker in service.workers()} == workers


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body.keys() - {"errors"} == {"type", "title", "status", "detail", "error", "message"}
    assert body["error"] == body["message"] == body["detail"]
    assert body["status"] == status
    for secret in ("Traceback", str(CHECKOUT), "/tmp", ".py", "site-packages", "ForecastRequest"):
        assert secret not in answer.text
    return body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"series",
        b"{",
        b'{"series": [{"values": [1, NaN]}]}',
        b'{"series": [{"values": [Infinity]}]}',
        b'{"series": [{"values": [1e999]}]}',
        b'{"series": "\xff"}',
        b"[" * 100_000,
    ],
)
def test_not_json(service: Running, body: bytes) -> None:
    answer = service.client.post("/forecast", content=body, headers={"Content-Type": "application/json"})
    problem(answer, 400)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], ""),
        ("text", ""),
        (None, ""),
        ({}, "/series"),
        ({"series": []}, "/series"),
        ({"series": "GOOG"}, "/series"),
        ({"series": [{"values": GOOD}], "horizont": 3}, "/horizont"),
        ({"series": [{"values": GOOD}], "a/b~": 3}, "/a~1b~0"),
        ({"series": [{"values": GOOD}], "horizon": 0}, "/horizon"),
        ({"series": [{"values": GOOD}], "horizon": 1.5}, "/horizon"),
        ({"series": [{"values": GOOD}], "horizon": True}, "/horizon"),
        ({"series": [{"values": GOOD}], "horizon": 7}, "/horizon"),
        ({"series": [{"values": GOOD}], "levels": [80, 81]}, "/levels/1"),
        ({"series": [{"values": GOOD}], "levels": ["80"]}, "/levels/0"),
        ({"series": [{"values": GOOD}], "levels": [80] * 21}, "/levels"),
        ({"series": [{"values": GOOD}], "model": 3}, "/model"),
        ({"series": [{"values": GOOD}], "model": "x" * 1000}, "/model"),
    ],
)
def test_wrong_shape(service: Running, body: Any, pointer: str) -> None:
    content = json.dumps(body).encode()
    answer = service.client.post("/forecast", content=content, headers={"Content-Type": "application/json"})
    found = problem(answer, 422)
    assert pointer in [error["pointer"] for error in found["errors"]]
    assert all(error["detail"] for error in found["errors"])


@pytest.mark.parametrize(
    "asked",
    [{"model": "nope"}, {"version": "9"}, {"version": "nope"}, {"model": "../tiny"}, {"model": ""}, {"version": ""}],
)
def test_unknown_model_or_version(service: Running, asked: dict[str, str]) -> None:
    found = problem(service.forecast([{"values": GOOD}], **asked), 404)
    assert "tiny" in found["detail"]


def test_unknown_paths(service: Running) -> None:
    for path in ("/nope", "/forecast/", "/forecast/past", "/models/forecast/nope", "/docs/nope.js", "/docs.json"):
        problem(service.client.get(path), 404)
    problem(service.client.get("/models/forecast/two%0Alines"), 404)


def test_wrong_method(service: Running) -> None:
    for method, path, allowed in (
        ("GET", "/forecast", "POST"),
        ("GET", "/forecast/actuals", "POST"),
        ("DELETE", "/models", "GET"),
        ("POST", "/readyz", "GET"),
        ("POST", "/metrics", "GET"),
        ("POST", "/docs/start.js", "GET"),
    ):
        answer = service.client.request(method, path)
        problem(answer, 405)
        assert allowed in answer.headers["allow"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "br"},
        {},
    ],
)
def test_wrong_content_type(service: Running, headers: dict[str, str]) -> None:
    body = json.dumps({"series": [{"values": GOOD}]}).encode()
    problem(service.client.post("/forecast", content=body, headers=headers), 415)


@pytest.mark.parametrize("chunked", [False, True])
def test_50_mb_body(service: Running, chunked: bool) -> None:
    block = b" " * 2**20
    body = b"".join([block] * 50)
    content = iter([block] * 50) if chunked else body
    answer = service.client.post("/forecast", content=content, headers={"Content-Type": "application/json"})
    problem(answer, 413)


def test_too_many_items(service: Running) -> None:
    problem(service.forecast([{"values": [1]}] * 4097), 413)
