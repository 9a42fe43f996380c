"""Compresses answers for clients that take it."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.http import content_coding
from service.http.content_coding import Compressor

_AWAY_BYTES = 2**16
"""A larger answer is compressed away from the event loop."""
_KINDS = frozenset({"application/json", "application/problem+json", "application/javascript", "image/svg+xml"})
"""Beside texts; pictures are compressed already."""


class Compression:
    """Wraps the app.

    Args:
        least: bytes of an answer that is worth it; 0 means that none is.
    """

    def __init__(self, app: ASGIApp, least: int) -> None:
        self._app = app
        self._least = least

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._least:
            send = _Answer(scope, send, self._least)
        await self._app(scope, receive, send)


class _Answer:
    """Sends an answer, compressed if that is worth it; its head waits for the first part of its body."""

    def __init__(self, scope: Scope, send: Send, least: int) -> None:
        self._scope = scope
        self._send = send
        self._least = least
        self._start: Message | None = None
        self._compressor: Compressor | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if message["type"] == "http.response.body":
            body, more = message.get("body", b""), message.get("more_body", False)
            if self._start is not None:
                body = await self._begin(self._start, body, more)
                self._start = None
            elif self._compressor is not None:
                body = self._packed(self._compressor, body, more)
            message = {**message, "body": body}
        await self._send(message)

    async def _begin(self, start: Message, body: bytes, more: bool) -> bytes:
        """Send the head; returns the first part of the body as it is to be sent."""
        if more or not 0 < len(body) < self._least:
            headers = MutableHeaders(raw=list(start["headers"]))
            coding = self._coding(start["status"], headers, body, more)
            if coding is not None:
                if more:
                    self._compressor = content_coding.compressor(coding)
                    body = self._packed(self._compressor, body, more)
                    del headers["Content-Length"]
                else:
                    body = await _away(body, coding)
                    headers["Content-Length"] = str(len(body))
                headers["Content-Encoding"] = coding
                if (tag := headers.get("ETag", "")).startswith('"'):
                    headers["ETag"] = f"W/{tag}"  # the same content, but not the same bytes
            start = {**start, "headers": headers.raw}
        await self._send(start)
        return body

    def _coding(self, status: int, headers: MutableHeaders, body: bytes, more: bool) -> str | None:
        """The coding of an answer, none if it is sent as it is; what depends on the client says so in `Vary`."""
        kind = headers.get("Content-Type", "").partition(";")[0]
        size = int(headers.get("Content-Length", self._least if more else len(body)))
        is_worth_it = size >= self._least and (kind in _KINDS or kind.startswith("text/"))
        if status == 206 or "Content-Encoding" in headers or not (is_worth_it or status == 304):
            return None
        headers.add_vary_header("Accept-Encoding")
        accepted = b",".join(value for name, value in self._scope["headers"] if name == b"accept-encoding")
        return chosen(accepted.decode("latin-1")) if body else None

    @staticmethod
    def _packed(compressor: Compressor, part: bytes, more: bool) -> bytes:
        """A part of an answer that comes in several, each of which is sent at once."""
        packed = compressor.add(part) if part else b""
        return packed if more else packed + compressor.end()


async def _away(body: bytes, coding: str) -> bytes:
    if len(body) > _AWAY_BYTES:
        return await run_in_threadpool(content_coding.pack, body, coding)
    return content_coding.pack(body, coding)


def chosen(accepted: str) -> str | None:
    """The coding that an `Accept-Encoding` prefers; none if it takes none of ours."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, rest = part.partition(";")
        quality = rest.strip().removeprefix("q=") if rest.strip().startswith("q=") else "1"
        try:
            weights[name.strip()] = float(quality)
        except ValueError:
            continue
    best = max(content_coding.CODINGS, key=lambda coding: weights.get(coding, weights.get("*", 0)))
    return best if weights.get(best, weights.get("*", 0)) > 0 else None
