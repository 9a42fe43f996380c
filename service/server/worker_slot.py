"""A worker's place among those that run at the same time. Imports nothing that creates a metric."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from prometheus_client import values
from prometheus_client.multiprocess import mark_process_dead

from service.server import metrics_file

_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
_SUFFIX = ".process"


def take_place(number: int | None) -> None:
    """Continue the counters of the worker that this one replaces, drop its gauges, and say which process this is.

    Without it, every worker there ever was leaves files behind, which each scrape has to read. It must come before
    the first metric is made.

    Args:
        number: a worker's place among those that run at the same time, from 1.
    """
    metrics_file.use()
    directory = os.environ.get(_DIRECTORY)
    if directory and number:
        with suppress(OSError):  # a full disk
            Path(directory, f"{number}{_SUFFIX}").write_text(str(os.getpid()))
        mark_process_dead(number, directory)  # type: ignore[no-untyped-call]
        values.ValueClass = values.MultiProcessValue(lambda: number)  # type: ignore[no-untyped-call]


def processes() -> dict[int, int]:
    """The number of each worker to its process id; one that has ended stays until another takes its place."""
    directory = os.environ.get(_DIRECTORY)
    files = sorted(Path(directory).glob(f"*{_SUFFIX}")) if directory else []
    return {int(file.stem): int(file.read_text() or 0) for file in files}
