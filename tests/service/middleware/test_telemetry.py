from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from prometheus_client import REGISTRY
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from service.http.endpoints import Endpoint, Operation, Predictions
from service.middleware.telemetry import Telemetry
from service.monitoring import logs

NUMBERS = count(1)


@pytest.fixture
def task() -> str:
    return f"observed-{next(NUMBERS)}"


def predictions(task: str) -> Predictions:
    async def handler(request: Any) -> Any: ...

    named, unnamed = Endpoint("POST", "/predict", handler, Operation("predict", "Predict"), task), lambda found: None
    return Predictions([named, replace(named, path="/predict/{name}", task=unnamed)])


def ask(
    task: str,
    path: str = "/predict",
    /,
    answer: Response | None = None,
    headers: Sequence[tuple[bytes, bytes]] = (),
    error: Exception | None = None,
    **state: Any,
) -> dict[str, str]:
    """The headers of the answer."""
    sent: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"].update(state)
        if error is not None:
            raise error
        await (answer or PlainTextResponse("answer"))(scope, receive, send)

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any: ...

    scope: Scope = {"type": "http", "path": path, "method": "POST", "headers": headers, "client": ("192.0.2.7", 1)}
    asyncio.run(Telemetry(app, predictions(task))(scope, receive, send))
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"seqserve_{name}", labels)


def test_what_is_alerted_on_begins_with_zero(task: str) -> None:
    Telemetry(Response(), predictions(task))
    for status in ("200", "500", "503", "504"):
        assert value("requests_total", task=task, status=status) == 0
    for reason in ("deadline", "internal", "queue-full", "too-many-connections"):
        assert value("rejections_total", task=task, reason=reason) == 0


def test_a_request_is_counted_for_its_task(task: str) -> None:
    ask(task)
    assert value("requests_total", task=task, status="200") == 1
    assert value("request_duration_seconds_count", task=task) == 1
    ask(task, answer=Response(status_code=503), problem="queue-full")
    assert value("requests_total", task=task, status="503") == 1
    assert value("rejections_total", task=task, reason="queue-full") == 1


def test_a_task_that_the_path_does_not_tell_is_told_by_the_handler(task: str) -> None:
    ask("observed-elsewhere", "/predict/any", task=task)
    assert value("requests_total", task=task, status="200") == 1
    before = value("requests_total", task="none", status="200") or 0
    ask(task, "/predict/any")
    assert value("requests_total", task="none", status="200") == before + 1


def test_other_paths_are_not_counted(task: str) -> None:
    ask(task, "/models")
    assert value("request_duration_seconds_count", task=task) is None


def test_a_client_that_has_gone_is_counted_apart(task: str) -> None:
    with pytest.raises(IndexError):
        ask(task, error=ClientDisconnect())  # nothing was sent
    assert value("requests_total", task=task, status="499") == 1


@pytest.mark.parametrize("given", [b"abc-1.2_3", b"a" * 128])
def test_a_request_id_comes_back(task: str, given: bytes) -> None:
    assert ask(task, headers=[(b"x-request-id", given)])["x-request-id"] == given.decode()


@pytest.mark.parametrize("given", [b"", b"two words", b"a" * 129, b"line\nbreak", "é".encode()])
def test_one_that_cannot_be_logged_is_replaced(task: str, given: bytes) -> None:
    assert re.fullmatch("[0-9a-f]{32}", ask(task, headers=[(b"x-request-id", given)])["x-request-id"])


def test_browsers_are_kept_safe(task: str) -> None:
    headers = ask(task)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["cache-control"] == "no-store"


def test_a_page_may_have_a_policy_of_its_own(task: str) -> None:
    page = Response(headers={"Content-Security-Policy": "default-src 'self'"})
    headers = ask(task, "/docs", page)
    assert headers["content-security-policy"] == "default-src 'self'"
    assert "cache-control" not in headers
    assert "default-src 'none'" in ask(task, "/models")["content-security-policy"]


class Key:
    name = "google"
    version = "2"


def logged(monkeypatch: pytest.MonkeyPatch, path: str, **state: Any) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    monkeypatch.setattr(logs, "request", lines.append)
    monkeypatch.setattr(logs, "requests_are_logged", lambda: True)
    ask("observed-log", path, **state)
    return lines


def test_the_line_of_a_request_says_who_asked_and_what_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = logged(monkeypatch, "/predict", answered_by=Key, caller="shop", items=3)
    named = {"model": "google", "version": "2", "caller": "shop", "client": "192.0.2.7", "items": 3}
    assert named.items() <= line.items()


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_a_probe_has_no_line(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    assert logged(monkeypatch, path) == []
