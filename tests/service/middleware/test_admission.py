from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from service.http.auth import Access
from service.http.endpoints import Endpoint, Operation, Predictions
from service.http.problems import Problem
from service.middleware.admission import Admission
from service.phase import Phase
from service.server.http_protocol import CROWDED
from service.settings import Settings

KEYS = Access.of(Settings(api_keys={hashlib.sha256(b"secret").hexdigest(): "anna"}))


async def nothing(*message: Any) -> Any: ...


FORECAST = Endpoint("POST", "/forecast", nothing, Operation("forecast", "Forecast"), "forecast")
IN_BODY = replace(FORECAST, path="/translate", key_in_body=True)
PREDICTIONS = Predictions([FORECAST, IN_BODY])


def ask(
    path: str = "/forecast",
    *,
    keys: Access | None = None,
    phase: Phase | None = None,
    headers: Sequence[tuple[bytes, bytes]] = (),
    **state: Any,
) -> dict[str, Any]:
    """The state of a request that was let in."""
    asked: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope["path"])

    scope: Scope = {"type": "http", "path": path, "method": "POST", "headers": headers, "state": state}
    state["match"] = PREDICTIONS.find("POST", path)
    asyncio.run(Admission(app, keys or Access.of(Settings()), phase or Phase())(scope, nothing, nothing))
    assert asked == [path]
    return {name: value for name, value in state.items() if name != "match"}


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


def test_the_scheme_of_deepl_is_taken_too() -> None:
    assert ask(keys=KEYS, headers=[(b"authorization", b"DeepL-Auth-Key secret")])["caller"] == "anna"


def test_a_key_may_be_in_a_body_where_clients_put_it_there() -> None:
    assert "caller" not in ask("/translate", keys=KEYS)
    assert refused("/translate", keys=KEYS, headers=[(b"x-api-key", b"guess")]).status == 401
    assert ask("/translate", keys=KEYS, headers=[(b"x-api-key", b"secret")])["caller"] == "anna"


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
