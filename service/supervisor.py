"""What starts the workers, replaces them when they end, and stops to listen when the service does."""

from __future__ import annotations

import ctypes
import signal
import socket
import struct
import time
from contextlib import suppress
from typing import Any

from bentoml._internal.utils.circus import Arbiter
from circus.exc import ConflictError
from circus.process import DEAD_OR_ZOMBIE, UNEXISTING, Process
from prometheus_client.multiprocess import mark_process_dead

from service import logs
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

_SO_ATTACH_FILTER = 26
"""Of Linux; Python's socket module has no name for it."""


class Supervisor(Arbiter):
    """BentoML's supervisor of workers, which alone would notice the end of one after up to ten seconds."""

    _replaced = 0.0

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
            with suppress(OSError):  # where this cannot be done, one or two may be cut who just connected
                _let_nobody_connect(listener)
        self.loop.call_later(_CONNECT_SECONDS, self._shut, time.monotonic() + _CONNECT_SECONDS + _ACCEPT_SECONDS)

    def _shut(self, latest: float) -> None:
        if any(map(_waiting, self.sockets.values())) and time.monotonic() < latest:
            self.loop.call_later(_CONNECT_SECONDS, self._shut, latest)
            return
        for listener in self.sockets.values():
            listener.shutdown(socket.SHUT_RDWR)


def _waiting(listener: socket.socket) -> int:
    """How many connections of a TCP socket nobody has accepted yet, as Linux has it in `tcp_info.tcpi_unacked`."""
    if not hasattr(socket, "TCP_INFO"):
        return 0
    return int(struct.unpack_from("I", listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 28), 24)[0])


def _let_nobody_connect(listener: socket.socket) -> None:
    """Have the kernel drop what opens a TCP connection, and only that: those who have one are still accepted.

    Reference: https://www.kernel.org/doc/html/latest/networking/filter.html
    """
    instructions = (
        (0x30, 0, 0, 13),  # load the byte that holds TCP's flags
        (0x45, 0, 1, 0x02),  # if SYN is among them, go on here, else skip one
        (0x06, 0, 0, 0),  # drop it
        (0x06, 0, 0, 0xFFFFFFFF),  # keep all of it
    )
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in instructions))
    listener.setsockopt(
        socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HP", len(instructions), ctypes.addressof(program))
    )
