"""What starts the workers, replaces them when they end, and stops to listen when the service does."""

from __future__ import annotations

import signal
import socket
import time
from typing import Any

from bentoml._internal.utils.circus import Arbiter
from circus.exc import ConflictError
from circus.process import DEAD_OR_ZOMBIE, UNEXISTING, Process
from prometheus_client.multiprocess import mark_process_dead

from service.monitoring import logs
from service.server import socket_filter
from service.settings import settings

_BACK_OFF_SECONDS = 5
"""A worker that lived less is left to circus' own check, every ten seconds, if another was replaced as recently."""

_KILL_SECONDS = 10
"""After the grace time, until a worker that has not ended is killed."""

_AGAIN_SECONDS = 0.1

_CONNECT_SECONDS = 0.1
"""For whoever is connecting to be connected."""

_ACCEPT_SECONDS = 1.5
"""At most, after that, for the workers to accept them."""


class Supervisor(Arbiter):
    """BentoML's supervisor of workers, which alone would notice the end of one after up to ten seconds."""

    _replaced = 0.0

    def __init__(self, watchers: Any, **options: Any) -> None:
        # Orders are taken from this process alone. BentoML has TCP ports for them, open to who is on the machine.
        for name in ("endpoint", "pubsub_endpoint"):
            options[name] = f"inproc://{name}"
        super().__init__(watchers, **options)

    def initialize(self) -> None:
        super().initialize()
        for watcher in self.iter_watchers():
            watcher.graceful_timeout = settings().stop_seconds + _KILL_SECONDS
        self.loop.asyncio_loop.add_signal_handler(signal.SIGCHLD, self._replace)

    def stop(self) -> Any:
        """Stop to listen after the drain time, during which the workers answer whoever comes.

        Asked again, the workers are told again, at which they end.
        """
        if self._stopping:
            for watcher in self.iter_watchers():
                for process in watcher.processes.values():
                    process.send_signal(signal.SIGTERM)
            return None
        for listener in self.sockets.values():
            socket_filter.announce_stop(listener)
        try:
            stopped = super().stop()
        except ConflictError:  # circus is at something else just now, and would forget that it was asked
            self.loop.call_later(_AGAIN_SECONDS, self.stop)
            return None
        self.loop.call_later(settings().drain_seconds, self._listen_no_more)
        return stopped

    def _replace(self) -> None:
        ended = [
            process
            for watcher in self.iter_watchers()
            for process in watcher.processes.values()
            if process.status in (DEAD_OR_ZOMBIE, UNEXISTING)
        ]
        for process in ended:
            # Its gauges are forgotten at once, not only when another takes its place.
            mark_process_dead(process.wid, process.env["PROMETHEUS_MULTIPROC_DIR"])  # type: ignore[no-untyped-call]
        if self._stopping or not any(map(self._is_due, ended)):
            return
        try:
            self.loop.add_future(self.manage_watchers(), lambda done: done.result())
        except ConflictError:  # circus is at something else just now
            self.loop.call_later(_AGAIN_SECONDS, self._replace)
            return
        self._replaced = time.monotonic()
        for process in ended:
            logs.logger.warning("worker %d ended and is replaced", process.pid)

    def _is_due(self, process: Process) -> bool:
        return bool(max(process.age(), time.monotonic() - self._replaced) >= _BACK_OFF_SECONDS)

    def _listen_no_more(self) -> None:
        """Shut the sockets that the workers accept from, once nobody is left there who waits to be accepted."""
        for listener in self.sockets.values():
            socket_filter.let_nobody_connect(listener)
        self.loop.call_later(_CONNECT_SECONDS, self._shut, time.monotonic() + _CONNECT_SECONDS + _ACCEPT_SECONDS)

    def _shut(self, latest: float) -> None:
        if any(map(socket_filter.waiting, self.sockets.values())) and time.monotonic() < latest:
            self.loop.call_later(_CONNECT_SECONDS, self._shut, latest)
            return
        for listener in self.sockets.values():
            listener.shutdown(socket.SHUT_RDWR)
