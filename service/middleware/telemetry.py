"""For every request: an id, metrics, a log line, and the headers that browsers need."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Mapping
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.middleware.security_headers import secured
from service.monitoring import logs, metrics

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_CLIENT_CLOSED = 499
"""What proxies log for a client that left before its answer."""

_STATUSES = (200, 500, 503, 504)
_REASONS = ("deadline", "internal", "queue-full", "too-many-connections")
"""These counters, which alerts use, begin with zero: one that begins with its first count cannot be seen to rise."""


class Telemetry:
    """Wraps the app.

    Args:
        tasks: path to the task that its requests are counted for.
    """

    def __init__(self, app: ASGIApp, tasks: Mapping[str, str]) -> None:
        self._app = app
        self._tasks = tasks
        for task in tasks.values():
            for status in _STATUSES:
                metrics.of(metrics.REQUESTS, task, status)
            for reason in _REASONS:
                metrics.of(metrics.REJECTIONS, task, reason)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin = time.perf_counter()
        task = self._tasks.get(scope["path"])
        state: dict[str, Any] = scope.setdefault("state", {})
        request_id = state["request_id"] = _request_id(scope)
        status = _CLIENT_CLOSED

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = state["status"] = message["status"]
                own = [*message["headers"], (b"x-request-id", request_id.encode())]
                message["headers"] = secured(own, is_prediction=task is not None)
            await send(message)

        try:
            await self._app(scope, receive, send_observed)
        except ClientDisconnect:
            status = _CLIENT_CLOSED
        finally:
            self._record(scope, state, task, status, time.perf_counter() - begin)

    def _record(self, scope: Scope, state: dict[str, Any], task: str | None, status: int, seconds: float) -> None:
        if task:
            metrics.of(metrics.REQUESTS, task, status).inc()
            metrics.of(metrics.REQUEST_SECONDS, task).observe(seconds)
            if reason := state.get("problem"):
                metrics.of(metrics.REJECTIONS, task, reason).inc()
        if logs.requests_are_logged():
            values = {
                "method": scope["method"],
                "route": scope["path"] if task else getattr(scope.get("route"), "path", "none"),
                "status": status,
                "duration_ms": round(seconds * 1000, 2),
                "items": state.get("items", 0),
                "request_id": state["request_id"],
            }
            if caller := state.get("caller"):
                values["caller"] = caller
            logs.request(values)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            given: str = value.decode("latin-1")
            if _REQUEST_ID.fullmatch(given):
                return given
    return f"{random.getrandbits(128):032x}"
