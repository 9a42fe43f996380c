"""What is done for every request: an id, a log line, metrics, and an answer even if we fail."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import metrics, problems
from service.logs import fields

logger = logging.getLogger(__name__)

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_CLIENT_CLOSED = 499
"""What proxies log for a client that left before its answer."""


class Observed:
    """Wraps the app.

    Args:
        tasks: route template to the task that its requests are counted for.
    """

    def __init__(self, app: ASGIApp, tasks: Mapping[str, str]) -> None:
        self._app = app
        self._tasks = tasks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin = time.perf_counter()
        state: dict[str, Any] = scope.setdefault("state", {})
        request_id = _request_id(Headers(scope=scope).get("x-request-id"))
        status = 0

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        try:
            await self._app(scope, receive, send_observed)
        except ClientDisconnect:
            status = _CLIENT_CLOSED
        except Exception:
            logger.exception("request failed", extra=fields(request_id=request_id))
            problem = problems.internal()
            state["problem"] = problem.kind
            if status:
                raise  # half an answer is out: all that is left is to cut the connection
            await problem.response()(scope, receive, send_observed)
        finally:
            self._record(scope, state, status or _CLIENT_CLOSED, time.perf_counter() - begin, request_id)

    def _record(self, scope: Scope, state: dict[str, Any], status: int, seconds: float, request_id: str) -> None:
        route = getattr(scope.get("route"), "path", None)
        if task := self._tasks.get(route or ""):
            metrics.REQUESTS.labels(task, status).inc()
            metrics.REQUEST_SECONDS.labels(task).observe(seconds)
            if reason := state.get("problem"):
                metrics.REJECTIONS.labels(task, reason).inc()
        logger.info(
            "request",
            extra=fields(
                method=scope["method"],
                route=route or "none",
                status=status,
                duration_ms=round(seconds * 1000, 2),
                items=state.get("items", 0),
                request_id=request_id,
            ),
        )


def _request_id(given: str | None) -> str:
    return given if given and _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
