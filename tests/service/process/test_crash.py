from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from testing import tiny
from testing.raw_http import hammered
from testing.service_process import Running, running

pytestmark = pytest.mark.slow

GOOD = tiny.values(8)


def published(directory: Path) -> Path:
    tiny.publish(directory / "models")
    return directory / "models"


def wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.02)


def kill(service: Running, worker: psutil.Process) -> None:
    """Kill a worker and wait until there is another in its place."""
    others = {other.pid for other in service.workers()}
    worker.kill()
    wait(lambda: bool({other.pid for other in service.workers()} - others))


def test_the_other_worker_goes_on(tmp_path: Path) -> None:
    with running(published(tmp_path), tmp_path, WORKERS="2") as service:
        with hammered(service, keep=False) as found:
            wait(lambda: found["200"] > 50)
            kill(service, service.workers()[0])
            before = found["200"]
            wait(lambda: found["200"] > before + 50)
            time.sleep(1)
        assert found["refused"] == 0
        assert found["lost"] <= 4, "more than what the killed worker had in hand"
        assert set(found) <= {"200", "lost", "refused"}
        assert service.log.read_text().count("ended and is replaced") == 1
        assert len(service.workers()) == 2


def test_with_one_worker_clients_wait_for_the_next(tmp_path: Path) -> None:
    with running(published(tmp_path), tmp_path) as service:
        (worker,) = service.workers()
        worker.kill()
        worker.wait(90)
        with ThreadPoolExecutor(8) as pool:
            asked = {"json": {"series": [{"values": GOOD}]}, "headers": {"Connection": "close"}}
            answers = list(pool.map(lambda _: service.client.post("/forecast", **asked), range(8)))
        assert {answer.status_code for answer in answers} == {200}


def test_a_replaced_worker_counts_on_and_leaves_no_gauges_nor_files(tmp_path: Path) -> None:
    with running(published(tmp_path), tmp_path) as service:
        service.forecast([{"values": GOOD}])
        home = Path(service.workers()[0].environ()["PROMETHEUS_MULTIPROC_DIR"])
        files = sorted(home.iterdir())
        for answered in (1, 2):
            # a request is counted a moment after its answer is out
            wait(lambda n=answered: service.metric("seqserve_requests_total", task="forecast", status="200") == n)
            kill(service, service.workers()[0])
            service.forecast([{"values": GOOD}])
        wait(lambda: service.metric("seqserve_requests_total", task="forecast", status="200") == 3)
        assert service.metric("seqserve_request_duration_seconds_count", task="forecast") == 3
        assert service.metric("seqserve_model_info", model="tiny") == 1
        assert sorted(home.iterdir()) == files


def test_a_stop_is_not_lost_while_a_worker_is_replaced(tmp_path: Path) -> None:
    with running(published(tmp_path), tmp_path) as service:
        (worker,) = service.workers()
        worker.kill()
        worker.wait(90)  # the supervisor starts another just now
        service.process.terminate()
        assert service.process.wait(90) == 0


def test_only_workers_that_are_ready_are_counted_so(tmp_path: Path) -> None:
    with running(published(tmp_path), tmp_path, WORKERS="2", SEQSERVE_DRAIN_SECONDS="2") as service:

        def ready() -> float | None:
            try:
                return service.metric("seqserve_ready_workers")
            except httpx.TransportError:  # it was asked of the worker that was killed
                return None

        wait(lambda: ready() == 2)
        service.workers()[0].kill()
        wait(lambda: ready() == 1)
        wait(lambda: ready() == 2)
        service.process.terminate()
        assert 0 in iter(ready, None)  # while it drains it answers who asks for metrics


def test_workers_that_fail_at_once_are_not_started_over_and_over(tmp_path: Path) -> None:
    with running(published(tmp_path), tmp_path) as service:
        started = set()
        (worker,) = service.workers()
        end = time.monotonic() + 3
        while time.monotonic() < end:
            for worker in service.workers():
                started.add(worker.pid)
                with suppress(psutil.NoSuchProcess):
                    worker.kill()
            time.sleep(0.02)
        assert len(started) <= 3  # the first, the one that replaces it at once, and perhaps one by a regular check
        wait(lambda: bool(service.workers()))


def test_workers_do_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    with running(published(tmp_path), tmp_path, WORKERS="2") as service:
        workers = service.workers()
        service.process.kill()
        assert not psutil.wait_procs(workers, timeout=90)[1]
