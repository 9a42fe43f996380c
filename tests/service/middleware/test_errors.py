from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from seqserve.errors import NotFoundError
from service.errors import QueueFullError
from service.http.problems import Problem
from service.middleware.errors import Errors
from service.phase import Phase


class App:
    """Answers, or raises what it was given."""

    def __init__(self, error: BaseException | None = None, *, half: bool = False) -> None:
        self.error = error
        self.half = half

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.half:
            scope["state"]["status"] = 200
        if self.error is not None:
            raise self.error
        await PlainTextResponse("answer")(scope, receive, send)


def ask(
    app: App,
    path: str = "/forecast",
    *,
    phase: Phase | None = None,
) -> tuple[int, dict[str, str], Any, dict[str, Any]]:
    """Status, headers, the kind of problem or the answer, and the request's state."""
    sent: list[Any] = []
    scope: Scope = {
        "type": "http",
        "path": path,
        "method": "POST",
        "headers": [],
        "state": {"request_id": "1"},
    }

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any: ...

    asyncio.run(Errors(app, phase or Phase())(scope, receive, send))
    start, body = sent
    found = {name.decode(): value.decode() for name, value in start["headers"]}
    content = body["body"]
    if found["content-type"] == "application/problem+json":
        content = orjson.loads(content)["type"].rpartition(":")[2]
    return start["status"], found, content, scope["state"]


def test_an_answer_passes_through() -> None:
    status, _, content, _ = ask(App())
    assert (status, content) == (200, b"answer")


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (Problem(422, "wrong-shape", "no"), 422, "wrong-shape"),
        (NotFoundError("none"), 404, "no-such-model"),
        (QueueFullError(3), 503, "queue-full"),
        (HTTPException(404), 404, "no-such-path"),
        (RuntimeError("secret"), 500, "internal"),
    ],
)
def test_every_error_is_answered_as_a_problem(error: Exception, status: int, kind: str) -> None:
    found, _, content, state = ask(App(error))
    assert (found, content, state["problem"]) == (status, kind, kind)


def test_a_client_that_has_gone_gets_no_answer() -> None:
    with pytest.raises(ClientDisconnect):
        ask(App(ClientDisconnect()))


def test_half_an_answer_is_not_followed_by_another() -> None:
    with pytest.raises(ConnectionAbortedError):
        ask(App(RuntimeError(), half=True))


def test_what_is_cancelled_while_the_worker_drains_is_told_so() -> None:
    phase = Phase(draining=True)
    assert ask(App(asyncio.CancelledError()), "/models", phase=phase)[::2] == (503, "draining")
    with pytest.raises(asyncio.CancelledError):
        ask(App(asyncio.CancelledError()), "/models")
