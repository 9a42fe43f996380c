"""Files of folders and object storages: which are to be read, and how results are written."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from uuid import uuid4

from seqserve.object_storage import address, objects
from seqserve.object_storage.address import Address
from seqserve.tabular.row_blocks.files import is_table

_MAGIC = re.compile(r"[*?\[]")


class InputFile(NamedTuple):
    """A file to read.

    Args:
        place: where it is, as `opened` takes it.
        name: its path below the folder or the pattern that was given.
        size: in bytes.
        token: changes with its content.
    """

    place: str
    name: str
    size: int
    token: str


def listed(patterns: Sequence[str], but: Output) -> list[InputFile]:
    """The files that are meant: each pattern is a file, a folder, or has `*`, `?`, `[...]` or `**`.

    Of folders, and of what patterns match, only tables are taken, see `is_table`, and nothing below `but`, where the
    results go. The order is that of the names.

    Raises:
        ValueError: a pattern has no file, or two files have one name.
    """
    found: dict[str, InputFile] = {}
    for pattern in patterns:
        files = [file for file in _listed(pattern) if not but.has(file.place)]
        if not files:
            raise ValueError(
                f"{pattern}: there is no file of a table (.parquet, .csv, .tsv, .jsonl, also packed as .gz)"
            )
        for file in files:
            if found.setdefault(file.name, file).place != file.place:
                raise ValueError(f"two files are called {file.name}; read their folder as one --input")
    return [found[name] for name in sorted(found)]


def _listed(pattern: str) -> list[InputFile]:
    scheme, system, path = _located(pattern)
    if _MAGIC.search(path):
        base = path[: _MAGIC.search(path).start()].rpartition("/")[0]  # type: ignore[union-attr]
        paths = [found for found in system.glob(path) if is_table(found) and system.isfile(found)]
    elif system.isdir(path):
        base, paths = path, [found for found in system.find(path) if is_table(found)]
    else:
        base, paths = path.rpartition("/")[0], [path] if system.exists(path) else []
    return [_described(scheme, system, base, found) for found in paths]


def _described(scheme: str, system: Any, base: str, path: str) -> InputFile:
    name = path[len(base) :].lstrip("/")
    if scheme:
        stamp = objects.stamp(system.info(path))
        return InputFile(f"{scheme}{path}", name, stamp.size, stamp.token)
    about = Path(path).stat()
    return InputFile(path, name, about.st_size, str(about.st_mtime_ns))


def opened(file: InputFile) -> AbstractContextManager[BinaryIO]:
    """The content of a file, seekable."""
    _, system, path = _located(file.place)
    stream: AbstractContextManager[BinaryIO] = system.open(path, "rb")
    return stream


class Output:
    """A folder for results, here or in an object storage."""

    def __init__(self, place: str) -> None:
        self.place = place
        self._scheme, self._system, self._base = _located(place)
        self._base = self._base.rstrip("/")

    def has(self, place: str) -> bool:
        """Whether a file, by its place, is below this folder."""
        return place.startswith(f"{self._scheme}{self._base}/")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder and keep other processes of this machine out of it; an object storage has no locks.

        Raises:
            ValueError: another process writes there.
        """
        if self._scheme:
            yield
            return
        Path(self._base).mkdir(parents=True, exist_ok=True)
        folder = os.open(self._base, os.O_RDONLY)
        try:
            try:
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                message = f"another process writes to {self.place}; wait for it, or name another --output"
                raise ValueError(message) from None
            except OSError:  # some network file systems lock no folders
                pass
            yield
        finally:
            os.close(folder)

    def exists(self, name: str) -> bool:
        return bool(self._system.isfile(self._at(name)))

    def read(self, name: str) -> bytes:
        content: bytes = self._system.cat_file(self._at(name))
        return content

    def write(self, name: str, content: bytes) -> None:
        """Write a file, which is there whole or not at all."""
        if self._scheme:
            self._system.pipe_file(self._at(name), content)
            return
        path = Path(self._at(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{uuid4().hex}.part")
        try:
            with part.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def names(self) -> list[str]:
        """All files, by their paths below the folder."""
        start = len(self._base) + 1
        return sorted(path[start:] for path in self._system.find(self._base)) if self._system.isdir(self._base) else []

    def remove_parts(self) -> None:
        """Remove what a process that was killed had begun to write."""
        for name in self.names():
            if name.endswith(".part"):
                self._system.rm_file(self._at(name))

    def _at(self, name: str) -> str:
        return f"{self._base}/{name}"


def _located(text: str) -> tuple[str, Any, str]:
    """The scheme with `://`, or nothing; the file system; and the path in it.

    Raises:
        ValueError: it is no address that is known, or a package is missing.
    """
    try:
        from fsspec.implementations.local import LocalFileSystem
    except ImportError:
        raise ValueError("batch scoring needs fsspec: pip install 'seqserve[batch]'") from None
    if "://" not in text:
        return "", LocalFileSystem(), os.path.normpath(Path(text).absolute())
    head = _MAGIC.split(text, maxsplit=1)[0]
    found = address.parse(head if head == text else head.rpartition("/")[0])
    if not isinstance(found, Address) or found.is_web:
        raise ValueError(f"{head}: batch scoring reads and writes folders, s3://, gs:// and az://")
    return f"{found.scheme}://", objects.filesystem(found), text.partition("://")[2]
