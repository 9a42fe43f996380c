"""Packet filters on the listening sockets: how the supervisor announces a stop and refuses new connections.

A filter belongs to the socket itself, so that all processes see it. Where there are none (they are Linux's), nothing is
announced, and one or two clients that connect as the service stops may be cut.

Reference:
    https://www.kernel.org/doc/html/latest/networking/filter.html
"""

from __future__ import annotations

import ctypes
import socket
import struct
from contextlib import suppress
from pathlib import Path

_SO_FILTER = 26
"""SO_ATTACH_FILTER and SO_GET_FILTER; Python's socket module has no name for them."""
_KEEP = (0x06, 0, 0, 0xFFFFFFFF)
_DROP = (0x06, 0, 0, 0)
_LOAD_TCP_FLAGS = (0x30, 0, 0, 13)
_IF_SYN_IS_SET = (0x45, 0, 1, 0x02)  # go on, else skip one


def announce_stop(listener: socket.socket) -> None:
    """Make `is_stopping` true for this socket, in every process."""
    _filter(listener, _KEEP)


def let_nobody_connect(listener: socket.socket) -> None:
    """Make the kernel drop packets that open a TCP connection; connections that exist are still accepted.

    A Unix socket loses its path.
    """
    if listener.family == socket.AF_UNIX:
        Path(listener.getsockname()).unlink(missing_ok=True)
        return
    _filter(listener, _LOAD_TCP_FLAGS, _IF_SYN_IS_SET, _DROP, _KEEP)


def is_stopping(listener: socket.socket) -> bool:
    """Whether the supervisor was told to stop, and will shut the socket."""
    try:
        return bool(listener.getsockopt(socket.SOL_SOCKET, _SO_FILTER, 256))
    except OSError:
        return False


def waiting(listener: socket.socket) -> int:
    """How many connections nobody has accepted yet: of a listening socket `tcp_info.tcpi_unacked` says that."""
    if not hasattr(socket, "TCP_INFO") or listener.family == socket.AF_UNIX:
        return 0
    return int(struct.unpack_from("I", listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 28), 24)[0])


def _filter(listener: socket.socket, *instructions: tuple[int, int, int, int]) -> None:
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in instructions))
    with suppress(OSError):
        listener.setsockopt(
            socket.SOL_SOCKET, _SO_FILTER, struct.pack("HP", len(instructions), ctypes.addressof(program))
        )
