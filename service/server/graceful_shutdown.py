"""Makes the uvicorn server that BentoML started serve our app, and stop without losing a request."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine
from functools import partial
from ssl import SSLContext
from types import FrameType
from typing import Any

from starlette.types import ASGIApp
from uvicorn import Config, Server

from service.monitoring import logs
from service.phase import Phase
from service.server import metrics_port, sighup
from service.server.http_protocol import Connection, Limits
from service.server.listener import Listeners, allow_descriptors
from service.settings import Settings

logger = logging.getLogger(__name__)

_SHUT_SECONDS = 2
"""How long to wait, after the drain time, for the supervisor to shut the listening sockets."""

_ALONE_SECONDS = 0.2
"""The same for a worker that stops alone: the sockets stay open for its successor."""

_FIRST_REQUESTS_SECONDS = 1
"""How long to wait for the first request of connections that were accepted just before that."""

_POLL_SECONDS = 0.05

_LAST_RESORT_SECONDS = 5
"""After the grace time, until the kernel ends a worker whose thread does not return."""


def take_over(
    app: ASGIApp, phase: Phase, publish: Callable[[], None], settings: Settings, for_metrics: ASGIApp | None = None
) -> SSLContext | None:
    """Replace the protocol, the app and the signal handlers of the uvicorn server in this process.

    Called from the event loop while the server starts; it does nothing under another server.

    Args:
        app: answers requests without BentoML's layers around it, which would slow them down.
        publish: called when the phase has changed.
        for_metrics: answers on the port of the metrics, if there is one.

    Returns:
        What the server has its certificate in, if it speaks TLS.
    """
    # BentoML keeps the server to itself; the signal handler is the only reference to it.
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    if not isinstance(server, Server):
        return None
    config = server.config
    allow_descriptors(settings.max_connections)
    limits = Limits(settings.header_seconds, settings.max_connections)
    make = partial(Connection, limits=limits, phase=phase)
    listeners = Listeners(server, make, limits)
    config.http_protocol_class = listeners.protocol  # type: ignore[assignment]
    config.ws_protocol_class = None
    config.timeout_keep_alive = settings.keep_alive_seconds  # type: ignore[assignment]
    config.loaded_app = app
    shutdown = _Shutdown(server, listeners, phase, publish, settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, shutdown.handle)
    config.callback_notify, config.timeout_notify = shutdown.begin_if_orphaned, 1
    if config.ssl is not None:
        shutdown.run(listeners.take_over_at_start())
    if for_metrics is not None and settings.metrics_port is not None:
        own = Config(for_metrics, log_config=None, server_header=False, lifespan="off", proxy_headers=False)
        own.load()
        connection = partial(make, config=own, server_state=server.server_state, app_state={})
        shutdown.run(metrics_port.serve(connection, settings.host, settings.metrics_port))
    return config.ssl


class _Shutdown:
    """Stops a server without losing a request: refuse, finish, end."""

    def __init__(
        self, server: Server, listeners: Listeners, phase: Phase, publish: Callable[[], None], settings: Settings
    ) -> None:
        self._server = server
        self._listeners = listeners
        self._phase = phase
        self._publish = publish
        self._drain_seconds = settings.drain_seconds
        self._grace_seconds = settings.stop_seconds
        self._loop = asyncio.get_running_loop()
        self._begun: set[int] = set()
        self._tasks: set[asyncio.Task[Any]] = set()  # the loop keeps only weak references

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Begin at the first signal; end at once when it comes again.

        Ctrl-C sends SIGINT to all processes, on which the supervisor sends SIGTERM to its workers: these count as one.
        """
        if number in self._begun:
            logs.hold_back(None)
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        if not self._begun:
            signal.setitimer(signal.ITIMER_REAL, self._grace_seconds + _LAST_RESORT_SECONDS)
            self._loop.call_soon_threadsafe(self._begin)
        self._begun.add(number)

    def run(self, work: Coroutine[Any, Any, object]) -> None:
        """Work beside what the server does."""
        self._tasks.add(self._loop.create_task(work))

    async def begin_if_orphaned(self) -> None:
        """Begin if the supervisor was killed: otherwise the worker would keep the port from the next service."""
        if sighup.is_orphaned() and not self._begun:
            self.handle(signal.SIGTERM, None)

    def _begin(self) -> None:
        self._phase.draining = True
        self._publish()
        if self._server.started:
            self.run(self._drain())
        else:
            self._server.handle_exit(signal.SIGTERM, None)

    async def _drain(self) -> None:
        """Answer what still arrives during the drain time, then let uvicorn wait for the open requests."""
        logger.info("draining")
        for connection in list(self._server.server_state.connections):
            if isinstance(connection, Connection) and not connection.is_idle():
                connection.cycle.keep_alive = False
        self._listeners.take_over()
        latest = self._loop.time() + self._grace_seconds
        await asyncio.sleep(self._drain_seconds)
        seconds = _SHUT_SECONDS if self._listeners.are_stopping() else _ALONE_SECONDS
        await self._until(lambda: not self._listeners.are_open(), seconds, latest)
        self._listeners.close()
        await asyncio.sleep(_POLL_SECONDS)  # for the last to be accepted to become a connection
        await self._until(lambda: not self._awaits_first_request(), _FIRST_REQUESTS_SECONDS, latest)
        # The app answers requests that are cancelled after that with 503.
        self._server.config.timeout_graceful_shutdown = max(0.1, latest - self._loop.time())  # type: ignore[assignment]
        self._server.handle_exit(signal.SIGTERM, None)

    def _awaits_first_request(self) -> bool:
        connections = self._server.server_state.connections
        return any(isinstance(connection, Connection) and connection.is_new() for connection in connections)

    async def _until(self, is_so: Callable[[], bool], seconds: float, latest: float) -> None:
        end = min(self._loop.time() + seconds, latest)
        while not is_so() and self._loop.time() < end:
            await asyncio.sleep(_POLL_SECONDS)
