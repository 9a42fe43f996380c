"""A worker's place among those that run at the same time. Imports nothing that creates a metric."""

from __future__ import annotations

import os

from prometheus_client import values
from prometheus_client.multiprocess import mark_process_dead


def take_place(number: int | None) -> None:
    """Continue the counters of the worker that this one replaces, and drop its gauges.

    Without it, every worker there ever was leaves files behind, which each scrape has to read. It must come before
    the first metric is made.

    Args:
        number: a worker's place among those that run at the same time, from 1.
    """
    directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if directory and number:
        mark_process_dead(number, directory)  # type: ignore[no-untyped-call]
        values.ValueClass = values.MultiProcessValue(lambda: number)  # type: ignore[no-untyped-call]
