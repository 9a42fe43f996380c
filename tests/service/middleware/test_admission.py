from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from service.http.auth import ApiKeys
from service.http.problems import Problem
from service.middleware.admission import Admission
from service.phase import Phase
from service.server.http_protocol import CROWDED

KEYS = ApiKeys({hashlib.sha256(b"secret").hexdigest(): "anna"})


def ask(
    path: str = "/forecast",
    *,
    keys: ApiKeys | None = None,
    phase: Phase | None = None,
    headers: Sequence[tuple[bytes, bytes]] = (),
    **state: Any,
) -> dict[str, Any]:
    """The state of a request that was let in."""
    asked: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope["path"])

    async def nothing(*message: Any) -> Any: ...

    scope: Scope = {"type": "http", "path": path, "method": "POST", "headers": headers, "state": state}
    asyncio.run(Admission(app, ["/forecast"], keys or ApiKeys({}), phase or Phase())(scope, nothing, nothing))
    assert asked == [path]
    return state


def refused(*arguments: Any, **options: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        ask(*arguments, **options)
    return caught.value


def test_without_keys_everybody_is_let_in() -> None:
    assert ask() == {}


def test_predictions_need_a_key_if_there_are_any() -> None:
    assert refused(keys=KEYS).status == 401
    assert refused(keys=KEYS, headers=[(b"x-api-key", b"guess")]).status == 401
    assert ask(keys=KEYS, headers=[(b"x-api-key", b"secret")])["caller"] == "anna"
    ask("/models", keys=KEYS)


def test_predictions_are_refused_while_the_worker_drains() -> None:
    problem = refused(phase=Phase(draining=True))
    assert (problem.status, problem.kind) == (503, "draining")
    assert problem.headers == {"Retry-After": "1", "Connection": "close"}
    ask("/models", phase=Phase(draining=True))


def test_on_a_connection_too_many_only_operators_are_let_in() -> None:
    problem = refused(**{CROWDED: True})
    assert (problem.status, problem.kind) == (503, "too-many-connections")
    for path in ("/livez", "/readyz", "/metrics"):
        ask(path, **{CROWDED: True})
