"""The flags that say where pieces of work run, and the engine that they name."""

from __future__ import annotations

import argparse
import os
from typing import Any

from training.engines.work import Desk, Function


def add(group: Any, what: str) -> None:
    """Add `--jobs`, `--engine` and `--address`."""
    group.add_argument("--jobs", type=count, metavar="INT", help=f"{what} at a time, each in a process of its own")
    group.add_argument("--engine", choices=("local", "ray"), default="local", help="where they run (%(default)s)")
    group.add_argument("--address", metavar="HOST:PORT", help="of the Ray cluster (default: RAY_ADDRESS, or one here)")


def run(function: Function, desk: Desk, options: dict[str, Any]) -> None:
    """Do all that a desk has, in processes of this machine or on a cluster; without `--jobs`, one a core.

    Raises:
        ValueError: Ray is not installed, or there is no such cluster.
    """
    if options["engine"] == "ray":
        from training.engines import ray_cluster

        ray_cluster.run(function, desk, options["jobs"], options["address"])
    else:
        from training.engines import local_pool

        local_pool.run(function, desk, options["jobs"] or os.cpu_count() or 1)


def count(text: str) -> int:
    """A number of at least 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number
