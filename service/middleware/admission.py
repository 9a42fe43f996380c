"""Decides which requests are let in, before their bodies are read."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from service.http import problems
from service.http.auth import Access
from service.http.endpoints import Match
from service.http.problems import Problem
from service.phase import Phase
from service.server.http_protocol import CROWDED

_FOR_OPERATORS = frozenset({"/livez", "/readyz", "/metrics"})


class Admission:
    """Wraps the app; a request that is not let in raises a problem.

    Predictions need a key, if there are any, and are closed while the worker drains.
    """

    def __init__(self, app: ASGIApp, access: Access, phase: Phase) -> None:
        self._app = app
        self._access = access
        self._phase = phase

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._check(scope, scope["state"])
        await self._app(scope, receive, send)

    def _check(self, scope: Scope, state: dict[str, Any]) -> None:
        if CROWDED in state and scope["path"] not in _FOR_OPERATORS:
            detail = "too many connections are open already; keep one and use it again, or come again later"
            raise Problem(503, "too-many-connections", detail, headers={"Retry-After": "1", "Connection": "close"})
        match: Match | None = state.get("match")
        if match is None:
            return
        if self._phase.draining:
            raise problems.draining("the service stops; another instance, or this one in a while, will answer")
        if self._access.keys:
            request = Request(scope)
            if not match.endpoint.key_in_body or self._access.keys.are_sent(request):
                self._access.admit(request)
