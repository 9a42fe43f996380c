"""The keys that are accepted: those of a setting, and those of a file that is read again when it has changed."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from service.monitoring import logs
from service.settings import key_entries

logger = logging.getLogger(__name__)

_MOST_BYTES = 2**20

_Stamp = tuple[int, int, int]


class KeyFileError(Exception):
    """A file of keys that cannot be used; the message names the setting and holds nothing of the file."""


class KeyRing:
    """Hashes of keys, and whose they are.

    Args:
        listed: SHA-256 of a key, in hexadecimal, to its owner. Keys are random, so that their hashes need no salt.
        file: holds further entries `name:sha256`, one a line; `#` begins a comment.
        setting: which one names the file, for the log.
        tells: whether the log has a line when the file has changed; one of several workers tells it.
    """

    def __init__(
        self, listed: Mapping[str, str], file: Path | None = None, setting: str = "", *, tells: bool = True
    ) -> None:
        self._listed = listed
        self._file = file
        self._setting = setting
        self._tells = tells
        self._of_file: Mapping[str, str] = {}
        self._stamp: _Stamp | None = None
        self._trouble = ""
        self._owners: dict[bytes, str] = {}
        self._use({})
        self.reread()

    def __bool__(self) -> bool:
        """Whether a key is needed: also if a file is configured that could not be read yet."""
        return bool(self._listed) or self._file is not None

    def owner(self, key: bytes) -> str | None:
        """The owner of a key; none if it is not accepted."""
        sent = hashlib.sha256(key).digest()
        owner = None
        for digest, name in self._owners.items():  # compare all, so that the time reveals nothing
            if hmac.compare_digest(sent, digest):
                owner = name
        return owner

    def reread(self) -> None:
        """Read the file if it has changed; if it cannot be used, the keys stay as they are, and the log says why."""
        if self._file is None:
            return
        try:
            stamp = _stamp(self._file)
            if stamp == self._stamp:
                return
            found = read(self._file)
        except KeyFileError as error:
            if self._tells and str(error) != self._trouble:
                logger.error("%s: %s; the keys stay as they were", self._setting, error)
            self._trouble = str(error)
            return
        if self._tells and self._stamp is not None:
            logs.audit("keys re-read", setting=self._setting, **_difference(self._of_file, found), via="file")
        self._stamp, self._trouble = stamp, ""
        self._use(found)

    def _use(self, of_file: Mapping[str, str]) -> None:
        self._of_file = of_file
        self._owners = {bytes.fromhex(digest): name for digest, name in {**of_file, **self._listed}.items()}


def read(path: Path) -> dict[str, str]:
    """The entries of a file of keys, hash to name.

    Raises:
        KeyFileError: it cannot be read, is no file of keys, or has none: that would lock everybody out.
    """
    try:
        with os.fdopen(_opened(path), "rb") as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise KeyFileError(f"the file is larger than {_MOST_BYTES} bytes")
        lines = (line.partition("#")[0].strip() for line in content.decode().splitlines())
        found = key_entries({place: line for place, line in enumerate(lines, start=1) if line}, "line")
    except OSError as error:
        raise KeyFileError(f"the file cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise KeyFileError(str(error)) from None
    if not found:
        raise KeyFileError("the file has no entry name:sha256")
    return found


def _opened(path: Path) -> int:
    """The descriptor of a file; a FIFO, which would wait for a writer, is none."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "it is no file")
    return descriptor


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError as error:
        raise KeyFileError(f"the file cannot be read ({error.strerror})") from None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _difference(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """The names whose keys were added, removed or replaced."""
    old, new = ({name: digest for digest, name in found.items()} for found in (before, after))
    changes = {
        "added": new.keys() - old.keys(),
        "removed": old.keys() - new.keys(),
        "replaced": {name for name in new.keys() & old.keys() if new[name] != old[name]},
    }
    return {change: ",".join(sorted(names)) for change, names in changes.items() if names}
