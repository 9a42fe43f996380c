from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from seqserve.errors import NotFoundError
from service.errors import QueueFullError
from service.http.auth import ApiKeys
from service.http.problems import Problem
from service.middleware.admission import Admission
from service.phase import Phase
from service.server.http_protocol import CROWDED

KEYS = ApiKeys({hashlib.sha256(b"secret").hexdigest(): "anna"})


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
    keys: ApiKeys | None = None,
    phase: Phase | None = None,
    headers: Sequence[tuple[bytes, bytes]] = (),
    **state: Any,
) -> tuple[int, dict[str, str], Any, dict[str, Any]]:
    """Status, headers, the kind of problem or the answer, and the request's state."""
    sent: list[Any] = []
    scope: Scope = {
        "type": "http",
        "path": path,
        "method": "POST",
        "headers": headers,
        "state": {"request_id": "1", **state},
    }

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any: ...

    admission = Admission(app, ["/forecast"], keys or ApiKeys({}), phase or Phase())
    asyncio.run(admission(scope, receive, send))
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


def test_predictions_need_a_key_if_there_are_any() -> None:
    assert ask(App(), keys=KEYS)[::2] == (401, "unauthorized")
    status, _, _, state = ask(App(), keys=KEYS, headers=[(b"x-api-key", b"secret")])
    assert (status, state["caller"]) == (200, "anna")
    assert ask(App(), "/models", keys=KEYS)[0] == 200


def test_predictions_are_refused_while_the_worker_drains() -> None:
    status, headers, kind, _ = ask(App(), phase=Phase(draining=True))
    assert (status, kind, headers["retry-after"], headers["connection"]) == (503, "draining", "1", "close")
    assert ask(App(), "/models", phase=Phase(draining=True))[0] == 200


def test_what_is_cancelled_while_the_worker_drains_is_told_so() -> None:
    phase = Phase(draining=True)
    assert ask(App(asyncio.CancelledError()), "/models", phase=phase)[::2] == (503, "draining")
    with pytest.raises(asyncio.CancelledError):
        ask(App(asyncio.CancelledError()), "/models")


def test_on_a_connection_too_many_only_operators_are_answered() -> None:
    crowded = {CROWDED: True}
    status, headers, kind, _ = ask(App(), **crowded)
    assert (status, kind, headers["connection"]) == (503, "too-many-connections", "close")
    assert ask(App(), "/metrics", **crowded)[0] == 200
