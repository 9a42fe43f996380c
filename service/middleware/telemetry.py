"""For every request: an id, metrics, a log line, and the headers that browsers need."""

from __future__ import annotations

import random
import re
import time
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.http.endpoints import Match, Predictions
from service.middleware.security_headers import secured
from service.monitoring import logs, metrics, traces

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_CLIENT_CLOSED = 499
"""What proxies log for a client that left before its answer."""

_NO_TASK = "none"
"""What a prediction is counted for that is refused before anybody knows its task."""
_STATUSES = (200, 500, 503, 504)
_REASONS = ("deadline", "internal", "queue-full", "too-many-connections")
"""These counters, which alerts use, begin with zero: one that begins with its first count cannot be seen to rise."""
PROBES = frozenset({"/livez", "/readyz", "/metrics"})
"""Requests that are not logged or traced: they come every few seconds, and nobody looks for them."""


class Telemetry:
    """Wraps the app; says in the state of a request which endpoint it is for, if that is one of `predictions`."""

    def __init__(self, app: ASGIApp, predictions: Predictions) -> None:
        self._app = app
        self._predictions = predictions
        for task in predictions.tasks:
            for status in _STATUSES:
                metrics.of(metrics.REQUESTS, task, status)
            for reason in _REASONS:
                metrics.of(metrics.REJECTIONS, task, reason)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin = time.perf_counter()
        match = self._predictions.find(scope["method"], scope["path"])
        state: dict[str, Any] = scope.setdefault("state", {})
        if match is not None:
            state["match"], state["dialect"], state["task"] = match, match.endpoint.dialect, match.task
        request_id = state["request_id"] = _request_id(scope)
        status = _CLIENT_CLOSED

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = state["status"] = message["status"]
                own = [*message["headers"], (b"x-request-id", request_id.encode())]
                message["headers"] = secured(own, is_prediction=match is not None)
            await send(message)

        try:
            await self._app(scope, receive, send_observed)
        except ClientDisconnect:
            status = _CLIENT_CLOSED
        finally:
            self._record(scope, state, match, status, time.perf_counter() - begin)

    def _record(self, scope: Scope, state: dict[str, Any], match: Match | None, status: int, seconds: float) -> None:
        state["route"] = match.endpoint.path if match else getattr(scope.get("route"), "path", "none")
        if match:
            task = state["task"] or _NO_TASK
            metrics.of(metrics.REQUESTS, task, status).inc()
            metrics.of(metrics.REQUEST_SECONDS, task).observe(seconds)
            if reason := state.get("problem"):
                metrics.of(metrics.REJECTIONS, task, reason).inc()
        if logs.requests_are_logged() and scope["path"] not in PROBES:
            values = {
                "method": scope["method"],
                "route": state["route"],
                "status": status,
                "duration_ms": round(seconds * 1000, 2),
                "items": state.get("items", 0),
                "request_id": state["request_id"],
            }
            if key := state.get("answered_by"):
                values |= {"model": key.name, "version": key.version}
            if caller := state.get("caller"):
                values["caller"] = caller
            if client := scope.get("client"):  # a Unix socket has none
                values["client"] = client[0]
            if trace_id := traces.trace_id():
                values["trace_id"] = trace_id
            logs.request(values)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            given: str = value.decode("latin-1")
            if _REQUEST_ID.fullmatch(given):
                return given
    return f"{random.getrandbits(128):032x}"
