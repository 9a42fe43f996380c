"""Limits that uvicorn's connections lack: slow and large requests, slow readers, and the number of connections."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from service.http import host_header
from service.http.problems import Problem
from service.monitoring import metrics
from service.phase import Phase
from service.server.response_writer import ResponseWriter, last_answer

CROWDED = "crowded"
"""Set in the state of a request whose connection is over the limit."""

_MOST_HEAD_BYTES = 65_536
_MOST_PIPELINED = 64
"""Requests that wait for the one before them on their connection."""
_LEAST_BYTES_A_SECOND = 1024
_LINGER_SECONDS = 2
SPARE = 100
"""Connections above the limit that still get an answer; any further one is cut, since each costs a file descriptor."""

_LARGE_HEAD = Problem(431, "large-head", f"the request's head is larger than {_MOST_HEAD_BYTES} bytes")
_TOO_MANY = Problem(429, "too-many-at-once", f"more than {_MOST_PIPELINED} requests wait on this connection")
_NOT_HTTP = Problem(400, "not-http", "this is no HTTP/1.1 request")
_NO_HOST = Problem(400, "not-http", "a request of HTTP/1.1 has one header Host, with a name or an address")


@dataclass(frozen=True)
class Limits:
    """What a connection may take.

    Args:
        seconds: to send the head of a request, or to take in another part of an answer.
        connections: open at a time.
    """

    seconds: float
    connections: int


class _RefusedError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


class Connection(HttpToolsProtocol):
    """A client's connection."""

    def __init__(self, *, limits: Limits, phase: Phase, **uvicorn: Any) -> None:
        super().__init__(**uvicorn)
        self._limits = limits
        self._phase = phase
        self._in_head = False
        self._head_bytes = 0
        self._unparsed = 0  # bytes since the parser last called back
        self._is_deaf = self._lingers = False
        self._answering: RequestResponseCycle | None = None
        self._head_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._unsent = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        over = len(self.connections) - self._limits.connections
        if over > SPARE:
            transport.abort()
        elif over > 0:
            self.app_state = {**self.app_state, CROWDED: True}
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_head_timer()
        self._stop_write_timer()
        if self._answering is not None:  # uvicorn tells only the newest request that its client has gone
            _leave(self._answering)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        if self._is_deaf:
            return
        self._unparsed += len(data)
        try:
            self._parse(data)
        except HttpParserError as error:
            self._refuse(error.__context__.problem if isinstance(error.__context__, _RefusedError) else _NOT_HTTP)
            return
        if self._unparsed > _MOST_HEAD_BYTES:
            self._refuse(_LARGE_HEAD)
        # The head is incomplete, or this is a body that nobody reads: uvicorn has no time limit for either.
        elif self._head_timer is None and self.is_idle():
            self._await_head()

    def on_message_begin(self) -> None:
        self._in_head = True
        self._head_bytes = self._unparsed = 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head_bytes += len(name) + len(value)
        if self._in_head:  # trailers are ignored
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if len(self.url) + self._head_bytes > _MOST_HEAD_BYTES:
            raise _RefusedError(_LARGE_HEAD)
        if not host_header.is_right(self.headers, self.parser.get_http_version()):
            raise _RefusedError(_NO_HOST)
        if len(self.pipeline) >= _MOST_PIPELINED:  # each answer lets in more than were answered
            raise _RefusedError(_TOO_MANY)
        if self.parser.should_upgrade():
            return  # the same head follows once more, without `Upgrade`
        self._in_head = False
        self._unparsed = 0
        self._stop_head_timer()
        super().on_headers_complete()
        is_bodiless = self.scope["method"] == "HEAD"
        self.cycle.transport = ResponseWriter(self.transport, self._close, is_out=is_bodiless)  # type: ignore[assignment]
        if self._phase.draining:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        self._unparsed = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        if not self.parser.should_upgrade():
            self._unparsed = 0
            super().on_message_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._await_writing()

    def resume_writing(self) -> None:
        if not self.transport.is_closing():
            self._stop_write_timer()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        self._end()

    def shutdown(self) -> None:
        if self.is_idle():
            self._end()
        else:
            self.cycle.keep_alive = False

    def is_new(self) -> bool:
        """Whether the head of this connection's first request is still to come."""
        return self.cycle is None

    def is_idle(self) -> bool:
        """Whether no request of this connection waits for its answer."""
        return self.cycle is None or self.cycle.response_complete

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _parse(self, data: bytes) -> None:
        """Parse as if no client asked for another protocol: a server may ignore `Upgrade`, but httptools stops there.

        Reference: RFC 9110, section 7.8.
        """
        while data:
            try:
                self.parser.feed_data(data)
                return
            except HttpParserUpgrade as upgrade:
                if self.parser.get_method() == b"CONNECT":  # which is an upgrade by itself
                    raise HttpParserError from upgrade
                data = self._head_without_upgrade() + data[upgrade.args[0] :]
                self.parser = HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn has it

    def _head_without_upgrade(self) -> bytes:
        keeps = b"close" if not self.parser.should_keep_alive() else b"keep-alive"
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        headers = [pair for pair in self.headers if pair[0] not in (b"connection", b"upgrade")]
        lines = [method + b" " + self.url + b" HTTP/" + version, b"connection: " + keeps]
        return b"\r\n".join([*lines, *map(b": ".join, headers), b"", b""])

    def _refuse(self, problem: Problem) -> None:
        """Answer bytes that are not a request, after the requests before them, and read no more."""
        self._is_deaf = True
        self._stop_head_timer()
        metrics.of(metrics.REFUSED_CONNECTIONS, problem.kind).inc()
        last: RequestResponseCycle | None = self.cycle
        if last and last.more_body:  # it ends in the middle of its body
            _leave(last)
            if last.response_complete:  # and is answered already
                self._close()
                return
            if last.response_started:  # the client must not take this answer for the other half
                self.transport.abort()
                return
            last = self._drop_newest()
        if last is None or last.response_complete:
            self.transport.write(last_answer(problem))
            self._close()
        else:
            last.keep_alive = False

    def _drop_newest(self) -> RequestResponseCycle | None:
        """Drop the newest request unanswered, and return the one before it if that is still to be answered."""
        if self.cycle is self._answering:
            return None
        self.pipeline.popleft()
        return self.pipeline[0][0] if self.pipeline else self._answering

    def _close(self) -> None:
        """Close; if the client is still sending, give it time to read the answer, which TCP would drop otherwise."""
        if self._lingers or not (self._is_deaf or (self.cycle is not None and self.cycle.more_body)):
            self._end()
            return
        self._lingers = self._is_deaf = True
        self.pipeline.clear()
        self.flow.resume_reading()
        if self.transport.can_write_eof():  # TLS cannot
            self.transport.write_eof()
        self._stop_head_timer()
        self._head_timer = self.loop.call_later(_LINGER_SECONDS, self._end)

    def _end(self) -> None:
        """Close once everything is sent; a client that stalls is cut as usual."""
        self.transport.close()
        if self._write_timer is None and self.transport.get_write_buffer_size():
            self._await_writing()

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(self._limits.seconds, self._cut_late_head)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _await_writing(self) -> None:
        self._unsent = self.transport.get_write_buffer_size()
        self._write_timer = self.loop.call_later(self._limits.seconds, self._cut_if_stalled)

    def _stop_write_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def _cut_late_head(self) -> None:
        if self.transport.is_closing():
            return
        if self._in_head:  # a client that has sent nothing gets no answer
            seconds = self._limits.seconds
            self._refuse(Problem(408, "slow-head", f"the request's head did not arrive within {seconds:g} seconds"))
        else:
            self._end()

    def _cut_if_stalled(self) -> None:
        if self._unsent - self.transport.get_write_buffer_size() < _LEAST_BYTES_A_SECOND * self._limits.seconds:
            self.transport.abort()
        else:
            self._await_writing()


def _leave(request: RequestResponseCycle) -> None:
    """Tell a request that its client has gone."""
    request.disconnected = True
    request.message_event.set()
