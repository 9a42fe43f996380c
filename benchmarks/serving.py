"""Shared by the benchmarks over HTTP: a service in its own process on one core, and its metrics."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

STAGES = ("preprocess", "infer", "postprocess")
ONE_BATCH = {"SEQSERVE_MAX_BATCH_STEPS": str(10**9)}
"""Everything that is requested together is inferred together."""


def core() -> int:
    """The core for the measured service; this process, the client, moves to the last one."""
    first, *_, last = sorted(os.sched_getaffinity(0)) * 2  # with one core only, both have that
    os.sched_setaffinity(0, {last})
    return first


@contextmanager
def serving(module: str, models: Path, core: int, settings: dict[str, str] | None = None) -> Iterator[httpx.Client]:
    """Run the service on one core, in its own process with one worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["taskset", "-c", str(core), sys.executable, "-m", "bentoml", "serve", f"{module}:SeqServe"]
    with tempfile.TemporaryDirectory() as home, (Path(home) / "log").open("w+b") as log:
        own = {"SEQSERVE_MODELS": str(models), "SEQSERVE_DEADLINE_SECONDS": "300", "SEQSERVE_LOG_LEVEL": "error"}
        private = {"BENTOML_HOME": home, "BENTOML_DO_NOT_TRACK": "True", "OTEL_SDK_DISABLED": "true"}
        environment = {**os.environ, **own, **private, **(settings or {})}
        with (
            httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=300) as client,
            subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--port", str(port)], env=environment, stdout=log, stderr=log
            ) as process,
        ):
            try:
                while not _answers(client):
                    if process.poll() is not None:
                        log.seek(0)
                        raise SystemExit(f"{module} did not start:\n{log.read().decode()}")
                    time.sleep(0.1)
                yield client
            finally:
                process.terminate()


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/livez").is_success
    except httpx.TransportError:
        return False


def measured(client: httpx.Client) -> dict[str, float]:
    """Seconds spent in each stage so far, and tokens read."""
    found = dict.fromkeys((*STAGES, "tokens"), 0.0)
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            if sample.name == "seqserve_stage_duration_seconds_sum" and sample.labels["stage"] in STAGES:
                found[sample.labels["stage"]] += sample.value
            elif sample.name == "seqserve_input_tokens_sum":
                found["tokens"] += sample.value
    return found
