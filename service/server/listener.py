"""Accepts all waiting connections, while uvicorn serves and while it stops."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import resource
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from uvicorn import Server

from service.server import socket_filter
from service.server.http_protocol import SPARE, Limits

logger = logging.getLogger(__name__)

_AT_ONCE = 32
"""Connections that are accepted in one turn of the event loop; others are left to other workers, or the next turn."""

_OTHER_DESCRIPTORS = 200
"""For models, logs, libraries and what else a worker has open."""

_POLL_SECONDS = 0.01

_MakeProtocol = Callable[..., asyncio.Protocol]


def allow_descriptors(connections: int) -> None:
    """Raise this process' soft limit of open files, often 1024, to what so many connections need."""
    needed = connections + SPARE + _OTHER_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        logger.warning("%d connections need %d open files, at most %d are allowed", connections, needed, hard)
        needed = hard
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


class Listeners:
    """The sockets that a uvicorn server listens on.

    libuv accepts one connection each turn of the event loop. Under load turns are long, and a burst of clients would
    wait for minutes, unseen by any deadline. So each accepted connection makes this accept those behind it too.

    A client that connects and says nothing is no connection for uvicorn until the handshake of TLS is over. So with TLS
    all are accepted here, where such clients count too, and have the time of a request's head.

    Reference:
        https://github.com/libuv/libuv/pull/3696

    Args:
        make: uvicorn's protocol for a connection.
    """

    def __init__(self, server: Server, make: _MakeProtocol, limits: Limits) -> None:
        self._server = server
        self._make = make
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._taken_over = False
        self._copies: list[socket.socket] = []
        self._tasks: set[asyncio.Task[Any]] = set()  # the loop keeps only weak references

    def protocol(self, **uvicorn: Any) -> asyncio.Protocol:
        """The protocol for a connection that uvicorn has accepted."""
        self._loop.call_soon(self._accept_waiting)
        return self._make(**uvicorn)

    async def take_over_at_start(self) -> None:
        """Accept in place of uvicorn as soon as it has begun to listen."""
        while not self._server.started:
            await asyncio.sleep(_POLL_SECONDS)
        self.take_over()

    def take_over(self) -> None:
        """Accept in place of uvicorn, until the supervisor shuts the sockets or `close` is called."""
        if self._taken_over:
            return
        self._taken_over = True
        copies = self._copied()
        for server in self._server.servers:
            server.close()
        for listener in copies:
            self._loop.add_reader(listener, self._accept, listener)

    def are_open(self) -> bool:
        """Whether a connection may still come, after `take_over`."""
        return bool(self._copies)

    def are_stopping(self) -> bool:
        """Whether all workers stop, so that the supervisor shuts the sockets."""
        return any(map(socket_filter.is_stopping, self._copies))

    def close(self) -> None:
        for listener in list(self._copies):
            self._close(listener)

    def _close(self, listener: socket.socket) -> None:
        self._loop.remove_reader(listener)
        listener.close()
        self._copies.remove(listener)

    def _accept_waiting(self) -> None:
        if not self._taken_over:
            for listener in list(self._copied()):
                self._accept(listener)

    def _copied(self) -> list[socket.socket]:
        if not self._copies:
            numbers = [listener.fileno() for server in self._server.servers for listener in server.sockets]
            self._copies = [socket.socket(fileno=os.dup(number)) for number in numbers]
            for listener in self._copies:
                listener.setblocking(False)
        return self._copies

    def _accept(self, listener: socket.socket) -> None:
        """Accept the connections that wait; asyncio's own server fails on a socket that is shut."""
        for _ in range(_AT_ONCE):
            try:
                connection, _ = listener.accept()
            except OSError as error:  # none waits, another worker was faster, or the client has gone
                if error.errno == errno.EINVAL:  # the socket is shut
                    self._close(listener)
                return
            if self._server.config.ssl is not None and self._is_crowded():
                connection.close()
                continue
            connection.setblocking(False)
            task = self._loop.create_task(self._connect(connection))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _is_crowded(self) -> bool:
        """Whether there are as many connections as may be, those counted whose handshake is not over."""
        return len(self._server.server_state.connections) + len(self._tasks) >= self._limits.connections + SPARE

    async def _connect(self, connection: socket.socket) -> None:
        seconds = None if self._server.config.ssl is None else self._limits.seconds
        with suppress(OSError):  # the client has gone, or speaks no TLS
            await self._loop.connect_accepted_socket(
                self._uvicorn,
                connection,
                ssl=self._server.config.ssl,
                ssl_handshake_timeout=seconds,
                ssl_shutdown_timeout=seconds,
            )

    def _uvicorn(self) -> asyncio.Protocol:
        server = self._server
        return self._make(config=server.config, server_state=server.server_state, app_state=server.lifespan.state)
