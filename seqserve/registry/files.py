"""Files of a models tree: read only if they are regular and of limited size, written whole and readable by others.

Modes do not depend on the umask, as the service usually runs as another user than who publishes.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

FILE_MODE, DIRECTORY_MODE = 0o644, 0o755


def read(path: Path, most: int) -> bytes:
    """The content of a file; never waits, for example for the writer of a FIFO.

    Args:
        most: bytes that it may have.

    Raises:
        OSError: it cannot be read, is no regular file, or is larger.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        with open(descriptor, "rb", closefd=False) as file:
            content = file.read(most + 1) if found.st_size <= most else None
    finally:
        os.close(descriptor)
    if content is None or len(content) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most} bytes")
    return content


def write(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        _set_mode(file.fileno(), FILE_MODE)
        os.fsync(file.fileno())


def replace(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it gets the old content or the new."""
    staging = path.with_name(f".{path.name}")
    write(staging, content)
    staging.replace(path)


def make_directories(path: Path) -> None:
    """Make a directory and those above it that are missing."""
    if not path.is_dir():
        make_directories(path.parent)
        path.mkdir(exist_ok=True)
        _set_mode(path, DIRECTORY_MODE)


def sync(directory: Path) -> None:
    """Wait until what a directory lists is on the disk."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _set_mode(path: Path | int, mode: int) -> None:
    with suppress(OSError):  # some network file systems have no modes
        os.chmod(path, mode)  # noqa: PTH101, it may be a descriptor
