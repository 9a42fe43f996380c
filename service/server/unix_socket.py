"""A Unix socket to listen on, in place of a port."""

from __future__ import annotations

import errno
import socket
import stat
from pathlib import Path

from circus.sockets import CircusSocket


def in_place_of(other: CircusSocket, path: Path, mode: str) -> CircusSocket:
    """A socket at a path, of the same name as one that is not bound yet.

    Args:
        mode: of the file, in octal digits: who may write to it may connect.

    Raises:
        OSError: there is something else at the path, or a service that answers.
    """
    other.close()
    _make_way(path)
    return CircusSocket(name=other.name, path=str(path), umask=0o777 & ~int(mode, 8), backlog=other.backlog)


def _make_way(path: Path) -> None:
    """Remove the socket of a service that was killed."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise OSError(errno.EEXIST, "there is a file that is no socket")
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise OSError(errno.EADDRINUSE, "another service listens on it")
