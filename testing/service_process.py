"""The real service in its own process."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

CHECKOUT = Path(__file__).parents[1]
KEPT = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=None)
"""Of clients that threads share: after five idle seconds httpx would close connections that a thread has just taken."""
_START_SECONDS = 90
_PATIENT = {"SEQSERVE_MAX_WAIT_SECONDS": "60", "SEQSERVE_DEADLINE_SECONDS": "60"}
"""Settings with which a slow machine rejects no request."""


@dataclass(frozen=True)
class Running:
    """A running service: a client for it, its process and its log."""

    client: httpx.Client
    process: subprocess.Popen[bytes]
    log: Path

    def forecast(self, series: Any, **asked: Any) -> httpx.Response:
        return self.client.post("/forecast", json={"series": series, **asked})

    def sentiment(self, texts: Any, **asked: Any) -> httpx.Response:
        return self.client.post("/sentiment", json={"texts": texts, **asked})

    def translate(self, texts: Any, **asked: Any) -> httpx.Response:
        return self.client.post("/translate", json={"texts": texts, **asked})

    def samples(self, name: str, **labels: str) -> list[Sample]:
        """The samples of a metric with these labels."""
        # on a new connection, so that any worker may answer
        text = self.client.get("/metrics", headers={"Connection": "close"}).text
        samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
        return [sample for sample in samples if sample.name == name and labels.items() <= sample.labels.items()]

    def metric(self, name: str, **labels: str) -> float:
        """The sum of the samples of a metric with these labels."""
        return sum(sample.value for sample in self.samples(name, **labels))

    def logged(self, request_id: str) -> dict[str, Any]:
        """The log entry of a request, which is written shortly after its answer; the service must log JSON."""
        for _ in range(500):
            for line in self.log.read_text().splitlines():
                if request_id in line:
                    found: dict[str, Any] = json.loads(line)
                    return found
            time.sleep(0.02)
        raise AssertionError(f"no line of the log has {request_id}")

    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


def free_port() -> int:
    """A free port below the range that the kernel assigns to clients."""
    while True:
        # not from the generator that tests seed equally in every process
        port = random.SystemRandom().randrange(10_000, 32_000)
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


@contextmanager
def running(
    models: Path,
    directory: Path,
    *,
    ready: bool = True,
    patient: bool = True,
    module: Sequence[str] = ("service",),
    cwd: Path = CHECKOUT,
    **environment: str,
) -> Iterator[Running]:
    """Start the service on a free port, and stop it; it does not drain unless told so.

    Args:
        directory: where the log is written.
        ready: wait until every model is loaded that needs no request; otherwise only until the process answers.
        patient: it rejects no request for being slow; otherwise as its settings say.
        module: the module that Python runs, and its arguments.
        cwd: its working directory.
    """
    port = free_port()
    log = directory / "service.log"
    listen = {"PORT": str(port), "BENTOML_PORT": str(port), "BENTOML_HOST": "127.0.0.1"}
    quick = {"SEQSERVE_DRAIN_SECONDS": "0", **(_PATIENT if patient else {})}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SEQSERVE_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *module],
            cwd=cwd,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**inherited, **listen, "SEQSERVE_MODELS": str(models), **quick, **environment},
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=90, limits=KEPT) as client:
            if not is_answered(client, "/readyz" if ready else "/livez", process):
                raise AssertionError(f"the service did not start:\n{log.read_text()}")
            if ready and "SEQSERVE_LOAD" not in environment:
                _settle(client, int(environment.get("SEQSERVE_KEEP_VERSIONS", 3)))
            yield Running(client, process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(90)


def is_answered(client: httpx.Client, path: str, process: subprocess.Popen[bytes]) -> bool:
    """Wait until a path is answered with success; false if the process ends before, or the time is up."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if client.get(path).is_success:
                return True
        except httpx.TransportError:
            pass
        time.sleep(0.02)
    return False


def _settle(client: httpx.Client, keep: int) -> None:
    """Wait until the newest and the labelled versions are loaded or refused."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        models = client.get("/models").json()["models"]
        found = [version for model in models for version in model["versions"][-keep:]]
        found += [version for model in models for version in model["versions"] if version["labels"]]
        if all(version["loaded"] or "refused" in version for version in found):
            return
        time.sleep(0.02)
