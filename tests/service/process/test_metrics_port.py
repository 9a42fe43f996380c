"""The metrics of workers and builds, and their own port."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from testing.live_models import eventually
from testing.service_process import CHECKOUT, Running, free_port, running

pytestmark = pytest.mark.slow


def scraped(url: str) -> dict[str, dict[str, float]]:
    """Metric to the value of each worker."""
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(httpx.get(url).text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[sample.labels.get("worker", "")] = sample.value
    return found


def test_the_metrics_have_a_port_of_their_own(models: Path, tmp_path: Path) -> None:
    port = free_port()
    with running(models, tmp_path, SEQSERVE_METRICS_PORT=str(port), WORKERS="2") as service:
        address = f"http://127.0.0.1:{port}"
        eventually(lambda: len(scraped(f"{address}/metrics")["process_cpu_seconds_total"]) == 2)
        assert service.client.get("/metrics").status_code == 404
        assert "/metrics" not in service.client.get("/openapi.json").json()["paths"]
        assert service.client.get("/readyz").status_code == httpx.get(f"{address}/readyz").status_code == 200
        assert httpx.get(f"{address}/models").json()["type"] == "urn:seqserve:problem:no-such-path"
        with httpx.Client(base_url=address) as kept:
            assert [kept.get(path).status_code for path in ("/metrics", "/livez", "/metrics")] == [200] * 3
        service.workers()[0].kill()
        for _ in range(30):  # by the other, or the next
            assert httpx.get(f"{address}/metrics", timeout=60).status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/metrics")


def test_each_worker_has_the_metrics_of_its_process(models: Path, tmp_path: Path) -> None:
    with running(models, tmp_path, WORKERS="2") as service:
        url = f"{service.client.base_url}/metrics"
        eventually(lambda: set(scraped(url)["process_resident_memory_bytes"]) == {"1", "2"})
        found = scraped(url)
        used = [process.memory_info().rss for process in service.workers()]
        assert sorted(found["process_resident_memory_bytes"].values()) == pytest.approx(sorted(used), rel=0.5)
        assert all(found[name].keys() == {"1", "2"} for name in ("process_open_fds", "process_start_time_seconds"))
        assert found["seqserve_build_info"] == {"": 1}


def test_openblas_has_one_thread_for_each_worker(service: Running) -> None:
    for worker in service.workers():
        assert worker.environ()["OPENBLAS_NUM_THREADS"] == "1"


def test_a_port_that_is_taken_is_named_at_the_start(service: Running) -> None:
    taken = str(service.client.base_url.port)
    settings = {**os.environ, "PORT": str(free_port()), "SEQSERVE_METRICS_PORT": taken}
    started = subprocess.run(
        [sys.executable, "-m", "service"], cwd=CHECKOUT, env=settings, capture_output=True, text=True
    )
    assert started.returncode == 1
    assert started.stderr.startswith(f"service: SEQSERVE_METRICS_PORT {taken}: Address already in use")
    assert psutil.pid_exists(service.process.pid)
