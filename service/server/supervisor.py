"""Starts the workers, replaces those that end, and closes the listening sockets when the service stops."""

from __future__ import annotations

import os
import signal
import socket
import time
from typing import Any

from bentoml._internal.utils.circus import Arbiter
from circus.exc import ConflictError
from circus.process import DEAD_OR_ZOMBIE, UNEXISTING, Process
from prometheus_client.multiprocess import mark_process_dead

from service.monitoring import logs
from service.server import socket_filter, unix_socket
from service.settings import settings

_BACK_OFF_SECONDS = 5
"""A worker that lived for less is left to circus' own check every ten seconds, if another was replaced as recently."""

_KILL_SECONDS = 10
"""After the grace time, until a worker that has not ended is killed."""

_AGAIN_SECONDS = 0.1

_CONNECT_SECONDS = 0.1
"""For handshakes in progress to complete."""

_ACCEPT_SECONDS = 1.5
"""How long to wait, after that, for the workers to accept those connections."""


class Supervisor(Arbiter):
    """BentoML's supervisor, which would notice the end of a worker only after up to ten seconds."""

    _replaced = 0.0
    _told: set[int]

    def __init__(self, watchers: Any, **options: Any) -> None:
        # Commands come from this process alone. BentoML opens TCP ports for them, to every user of the machine.
        for name in ("endpoint", "pubsub_endpoint"):
            options[name] = f"inproc://{name}"
        if path := settings().unix_socket:
            listener = unix_socket.in_place_of(options["sockets"][0], path, settings().unix_socket_mode)
            options["sockets"] = [listener]
            logs.logger.info("listening on %s in place of the port", path)
        super().__init__(watchers, **options)
        self._told = set()

    def initialize(self) -> None:
        super().initialize()
        for watcher in self.iter_watchers():
            watcher.graceful_timeout = settings().stop_seconds + _KILL_SECONDS
        self.loop.asyncio_loop.add_signal_handler(signal.SIGCHLD, self._replace)

    def stop(self) -> Any:
        """Stop listening after the drain time, during which the workers answer new requests.

        A second call signals the workers again, and they end at once.
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
        except ConflictError:  # circus is busy, and would forget the request
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
            # Its gauges are dropped at once, not only when another takes its place.
            mark_process_dead(process.wid, process.env["PROMETHEUS_MULTIPROC_DIR"])  # type: ignore[no-untyped-call]
            if process.pid not in self._told and not self._stopping:
                self._told.add(process.pid)
                logs.logger.warning("worker %d ended and is replaced: %s", process.pid, how_it_ended(process.pid))
        if self._stopping or not any(map(self._is_due, ended)):
            return
        try:
            self.loop.add_future(self.manage_watchers(), lambda done: done.result())
        except ConflictError:  # circus is busy
            self.loop.call_later(_AGAIN_SECONDS, self._replace)
            return
        self._replaced = time.monotonic()

    def _is_due(self, process: Process) -> bool:
        return bool(max(process.age(), time.monotonic() - self._replaced) >= _BACK_OFF_SECONDS)

    def _listen_no_more(self) -> None:
        """Shut the listening sockets once no connection waits there to be accepted."""
        for listener in self.sockets.values():
            socket_filter.let_nobody_connect(listener)
        self.loop.call_later(_CONNECT_SECONDS, self._shut, time.monotonic() + _CONNECT_SECONDS + _ACCEPT_SECONDS)

    def _shut(self, latest: float) -> None:
        if any(map(socket_filter.waiting, self.sockets.values())) and time.monotonic() < latest:
            self.loop.call_later(_CONNECT_SECONDS, self._shut, latest)
            return
        for listener in self.sockets.values():
            listener.shutdown(socket.SHUT_RDWR)


def how_it_ended(pid: int) -> str:
    """How a child ended that nobody has waited for yet."""
    try:
        found = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        found = None
    if found is None:
        return "nothing is known of its end"
    if found.si_code == os.CLD_EXITED:
        return f"exit code {found.si_status}"
    try:
        return f"killed by {signal.Signals(found.si_status).name}"
    except ValueError:  # most of the real-time signals have no name
        return f"killed by signal {found.si_status}"
