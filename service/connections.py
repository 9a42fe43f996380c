"""What uvicorn's connections lack: time limits for slow clients, a bound on their number, and a last answer."""

from __future__ import annotations

import asyncio
import logging
import resource
from dataclasses import dataclass
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service.problems import MEDIA_TYPE, Problem

logger = logging.getLogger(__name__)

CROWDED = "crowded"
"""In the state of a request that came on a connection too many."""

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_LEAST_BYTES_A_SECOND = 1024
_SPARE = 100
"""Connections above the limit that are told so; those above are cut, since every one costs a file descriptor."""

_OTHER_DESCRIPTORS = 200
"""For models, logs, libraries and what else a worker has open."""


@dataclass(frozen=True)
class Limits:
    """What a connection may take.

    Args:
        seconds: to send the head of a request, or to take in another part of an answer.
        connections: open at a time.
    """

    seconds: float
    connections: int


def allow_descriptors(connections: int) -> None:
    """Raise this process' soft limit of open files, often 1024, to what so many connections need."""
    needed = connections + _SPARE + _OTHER_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        logger.warning("%d connections need %d open files, at most %d are allowed", connections, needed, hard)
        needed = hard
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


@dataclass
class Phase:
    """Whether the worker still takes predictions, or finishes what it has."""

    draining: bool = False


class Connection(HttpToolsProtocol):
    """A client's connection."""

    def __init__(self, *, limits: Limits, phase: Phase, **uvicorn: Any) -> None:
        super().__init__(**uvicorn)
        self._limits = limits
        self._phase = phase
        self._in_head = False
        self._head_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._unsent = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        over = len(self.connections) - self._limits.connections
        if over > _SPARE:
            transport.abort()
        elif over > 0:
            self.app_state = {**self.app_state, CROWDED: True}
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_head_timer()
        self._stop_write_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # The head is not whole yet, or this belongs to a body that nobody waits for: uvicorn has no limit for either.
        if self._head_timer is None and self.is_idle():
            self._await_head()

    def on_message_begin(self) -> None:
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_head_timer()
        super().on_headers_complete()
        if self.scope["method"] != "HEAD":  # which has no body to come
            self.cycle.transport = _Joined(self.transport)  # type: ignore[assignment]
        if self._phase.draining:
            self.cycle.keep_alive = False

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unsent = self.transport.get_write_buffer_size()
        self._write_timer = self.loop.call_later(self._limits.seconds, self._cut_if_stalled)

    def resume_writing(self) -> None:
        self._stop_write_timer()
        super().resume_writing()

    def is_idle(self) -> bool:
        """Whether no request of this connection waits for its answer."""
        return self.cycle is None or self.cycle.response_complete

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(self._limits.seconds, self._cut_late_head)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _stop_write_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def _cut_late_head(self) -> None:
        if self.transport.is_closing():
            return
        if self._in_head:  # who has sent nothing has asked nothing
            self.transport.write(_late_head(self._limits.seconds))
        self.transport.close()

    def _cut_if_stalled(self) -> None:
        before, self._unsent = self._unsent, self.transport.get_write_buffer_size()
        if before - self._unsent < _LEAST_BYTES_A_SECOND * self._limits.seconds:
            self.transport.abort()
        else:
            self._write_timer = self.loop.call_later(self._limits.seconds, self._cut_if_stalled)


class _Joined:
    """What uvicorn writes to for one request: the head of the answer waits for the body and goes out with it.

    So an answer costs one system call and one packet, and wakes the client once.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head: bytes | None = None
        self._is_out = False
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        if self._is_out or data == _CONTINUE:
            self._transport.write(data)
        elif self._head is None:
            self._head = data
        else:
            self._is_out = True
            self._transport.writelines([self._head, data])

    def close(self) -> None:
        if self._head is not None and not self._is_out:
            self._transport.write(self._head)
        self._transport.close()


def _late_head(seconds: float) -> bytes:
    """An answer to a request that is not one yet, so that no app can give it."""
    body = Problem(408, "slow-head", f"the request's head did not arrive within {seconds:g} seconds").body()
    head = f"HTTP/1.1 408 Request Timeout\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
    return head.encode() + b"connection: close\r\n\r\n" + body
