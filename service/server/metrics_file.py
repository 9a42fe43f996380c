"""Files of metrics that a full disk does not turn into a crash."""

from __future__ import annotations

import logging
import os
from contextlib import suppress

from prometheus_client import values
from prometheus_client.mmap_dict import _INITIAL_MMAP_SIZE, MmapedDict

logger = logging.getLogger("service")

_ENTRY = 32
"""Bytes of an entry beside its key, at most: length, padding, value and time."""


class MetricsFile(MmapedDict):
    """Reserves the disk before it writes.

    prometheus_client makes sparse files and maps them. Where the disk is full, the first write into such a map ends the
    process with SIGBUS. Here values that have no room on the disk are kept in memory, which `/metrics` does not show.
    """

    _is_told = False

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        self._unwritten: dict[str, tuple[float, float]] = {}
        self._fname = filename
        if self._reserve(_INITIAL_MMAP_SIZE):
            super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]
            return
        self._f = None  # type: ignore[assignment]
        self._positions: dict[str, int] = {}
        self._used = self._capacity = 0

    def _init_value(self, key: str) -> None:
        size = len(key.encode()) + _ENTRY
        if self._f is not None and (self._used + size <= self._capacity or self._reserve(2 * self._capacity + size)):
            super()._init_value(key)  # type: ignore[no-untyped-call]
        else:
            self._unwritten[key] = (0.0, 0.0)

    def read_value(self, key: str) -> tuple[float, float]:
        self._make(key)
        if key in self._unwritten:
            return self._unwritten[key]
        found: tuple[float, float] = super().read_value(key)  # type: ignore[no-untyped-call]
        return found

    def write_value(self, key: str, value: float, timestamp: float) -> None:
        self._make(key)
        if key in self._unwritten:
            self._unwritten[key] = (value, timestamp)
        else:
            super().write_value(key, value, timestamp)  # type: ignore[no-untyped-call]

    def _make(self, key: str) -> None:
        if key not in self._positions and key not in self._unwritten:
            self._init_value(key)

    def _reserve(self, size: int) -> bool:
        """Reserve the first bytes of the file, which is made if need be; whether there is room for them.

        A new file gets its name once it can be read: a scrape reads whatever is there.
        """
        path = self._fname if os.path.exists(self._fname) else f"{self._fname}.new"  # noqa: PTH110
        try:
            with open(path, "a+b") as file:  # noqa: PTH123, as the class above opens it
                os.posix_fallocate(file.fileno(), 0, max(size, os.fstat(file.fileno()).st_size))
            os.replace(path, self._fname)  # noqa: PTH105
        except OSError as error:
            if path != self._fname:
                with suppress(OSError):
                    os.unlink(path)  # noqa: PTH108
            if not MetricsFile._is_told:
                MetricsFile._is_told = True
                folder = os.path.dirname(self._fname)  # noqa: PTH120
                logger.error("metrics are incomplete: %s (%s); make room there, then restart", folder, error.strerror)
            return False
        return True


def use() -> None:
    """Make prometheus_client keep its values in such files. It must come before the first metric is made."""
    values.MmapedDict = MetricsFile  # type: ignore[attr-defined]
