"""A connection to a Ray cluster."""

from __future__ import annotations

import logging
import os
import socket
from pathlib import Path
from types import ModuleType
from typing import Any

import seqserve


def started(address: str | None, *packages: ModuleType) -> Any:
    """Connect this process to a cluster, with few words; the caller shuts it down.

    Args:
        address: of the cluster; none means that of `RAY_ADDRESS`, or else one that is started here.
        packages: that go with the work to each node, beside seqserve.

    Raises:
        ValueError: Ray is not installed, or there is no such cluster.
    """
    for name, value in {"RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0", "RAY_BACKEND_LOG_LEVEL": "fatal"}.items():
        os.environ.setdefault(name, value)
    try:
        import ray
        import ray.data
    except ImportError:
        raise ValueError("--engine ray needs Ray: pip install 'seqserve[ray]'") from None
    logging.getLogger("ray").setLevel(logging.ERROR)
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    address = address or os.environ.get("RAY_ADDRESS") or "local"  # Ray's own default may be a cluster that is gone
    if ":" in address:
        _check_reachable(address)
    code = {"py_modules": [str(Path(str(package.__file__)).parent) for package in (seqserve, *packages)]}
    try:
        ray.init(address=address, runtime_env=code, logging_level=logging.ERROR, log_to_driver=False)
    except (ConnectionError, ValueError) as error:
        raise ValueError(f"the Ray cluster does not answer: {last_line(error)}") from None
    return ray


def _check_reachable(address: str) -> None:
    """Ray itself would try for minutes.

    Raises:
        ValueError: nobody listens there.
    """
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except (OSError, ValueError) as error:
        raise ValueError(f"there is no Ray cluster at {address}: {error}") from None


def last_line(error: Exception) -> str:
    """What an error of Ray says in the end; above it is where it came from."""
    return str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
