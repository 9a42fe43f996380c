"""A span for every request but probes, if traces are on."""

from __future__ import annotations

from typing import Any

from opentelemetry.trace import Span, StatusCode
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.middleware.telemetry import PROBES
from service.monitoring import traces

_HEADERS = (b"traceparent", b"tracestate")


class Tracing:
    """Wraps the app, around what sets the state of a request.

    Reference:
        https://www.w3.org/TR/trace-context/
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self._app(scope, receive, send)
            return
        with traces.request(_sent(scope)) as span:
            parent = (b"traceparent", traces.traceparent(span).encode())

            async def send_with_parent(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message["headers"], parent]
                await send(message)

            try:
                await self._app(scope, receive, send_with_parent)
            finally:
                if span.is_recording():
                    _describe(span, scope)


def _sent(scope: Scope) -> dict[str, str]:
    """The headers that name a trace; of several `tracestate` the parts are one list, several `traceparent` are none."""
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        if name in _HEADERS:
            found.setdefault(name.decode(), []).append(value.decode("latin-1"))
    return {name: ",".join(values) for name, values in found.items()}


def _describe(span: Span, scope: Scope) -> None:
    state: dict[str, Any] = scope.get("state", {})
    route = state.get("route", "none")
    span.update_name(f"{scope['method']} {route}")
    found = {"http.request.method": scope["method"], "http.route": route}
    found["http.response.status_code"] = status = state.get("status", 0)
    found |= {f"seqserve.{name}": state[name] for name in ("items", "request_id", "caller") if name in state}
    if key := state.get("answered_by"):
        found |= {"seqserve.task": key.task, "seqserve.model": key.name, "seqserve.version": key.version}
    if problem := state.get("problem"):
        found["error.type"] = problem
    if client := scope.get("client"):
        found["client.address"] = client[0]
    span.set_attributes(found)
    if status >= 500 or not status:
        span.set_status(StatusCode.ERROR)
