from __future__ import annotations

import signal
import socket
import time
from pathlib import Path

import psutil
import pytest

from testing import tiny
from testing.raw_http import FORECAST, answer, connected, hammered, is_cut, post
from testing.service_process import Running, running

pytestmark = pytest.mark.slow

HALF = len(FORECAST) // 2
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def published(directory: Path) -> Path:
    tiny.publish(directory / "models")
    return directory / "models"


def begin(connection: socket.socket) -> None:
    """Send half of a request, and wait until the service waits for the rest."""
    connection.sendall(post(headers="Expect: 100-continue\r\n")[:-HALF])
    assert connection.recv(len(CONTINUE)) == CONTINUE


def wait_for_draining(service: Running) -> None:
    """Wait until the log says that the service stops."""
    while "draining" not in service.log.read_text():
        time.sleep(0.01)


@pytest.mark.parametrize("keep", [False, True], ids=["new connections", "kept connections"])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_told_to_stop_under_load_no_request_is_lost(tmp_path: Path, workers: str, keep: bool) -> None:
    with (
        running(published(tmp_path), tmp_path, WORKERS=workers, SEQSERVE_DRAIN_SECONDS="1") as service,
        hammered(service, keep=keep) as found,
    ):
        time.sleep(1)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(90) == 0
    assert found["lost"] == 0, found
    assert found["200"] > 0
    assert found["503"] > 0
    assert set(found) <= {"200", "503", "refused", "lost"}
    logged = service.log.read_text()
    assert logged.count("route=/forecast status=200") == found["200"]
    assert logged.count("route=/forecast status=503") == found["503"]


@pytest.mark.parametrize("slow", ["supervisor", "worker"])
def test_no_request_is_lost_when_a_process_gets_no_turn_as_the_service_stops_to_listen(
    tmp_path: Path, slow: str
) -> None:
    with (
        running(published(tmp_path), tmp_path, SEQSERVE_DRAIN_SECONDS="1") as service,
        hammered(service, keep=False) as found,
    ):
        process = service.workers()[0] if slow == "worker" else service.process
        service.process.send_signal(signal.SIGTERM)
        wait_for_draining(service)
        time.sleep(0.8)
        process.send_signal(signal.SIGSTOP)
        time.sleep(0.4)
        process.send_signal(signal.SIGCONT)
        assert service.process.wait(90) == 0
    assert found["lost"] == 0, found
    assert found["503"] > 0


def test_who_connected_before_the_service_stopped_to_listen_is_answered(tmp_path: Path) -> None:
    with running(published(tmp_path), tmp_path, SEQSERVE_DRAIN_SECONDS="0") as service:
        with connected(service) as connection:
            service.process.send_signal(signal.SIGTERM)
            wait_for_draining(service)
            supervisor = psutil.Process(service.process.pid)
            while any(found.status == psutil.CONN_LISTEN for found in supervisor.net_connections("tcp")):
                time.sleep(0.01)
            connection.sendall(post())
            assert answer(connection)[0] == 503
        assert service.process.wait(90) == 0


def test_readiness_and_what_is_refused_while_draining(tmp_path: Path) -> None:
    with running(published(tmp_path), tmp_path, SEQSERVE_DRAIN_SECONDS="60") as service:
        service.process.send_signal(signal.SIGTERM)
        wait_for_draining(service)
        assert service.client.get("/livez").status_code == 200
        ready = service.client.get("/readyz")
        assert (ready.status_code, ready.json()["type"]) == (503, "urn:seqserve:problem:draining")
        refused = service.forecast([{"values": tiny.values(8)}])
        assert (refused.status_code, refused.json()["type"]) == (503, "urn:seqserve:problem:draining")
        assert refused.headers["connection"] == "close"
        assert int(refused.headers["retry-after"]) > 0
        service.process.send_signal(signal.SIGTERM)  # who asks twice does not want to wait
        service.process.wait(90)


def test_what_was_begun_is_finished(tmp_path: Path) -> None:
    with running(published(tmp_path), tmp_path) as service, connected(service) as connection:
        begin(connection)
        service.process.send_signal(signal.SIGTERM)
        wait_for_draining(service)
        time.sleep(1)
        connection.sendall(FORECAST[-HALF:])
        status, headers, content = answer(connection)
        assert (status, headers["connection"]) == (200, "close")
        assert content["forecasts"][0]["mean"]
        assert service.process.wait(90) == 0


def test_past_the_grace_time_requests_are_refused_and_the_service_ends(tmp_path: Path) -> None:
    with running(published(tmp_path), tmp_path, SEQSERVE_GRACE_SECONDS="0.5") as service:
        with connected(service) as begun, connected(service) as silent:
            begin(begun)
            service.process.send_signal(signal.SIGTERM)
            status, headers, content = answer(begun)
            assert (status, content["type"]) == (503, "urn:seqserve:problem:draining")
            assert "retry-after" in headers
            assert is_cut(silent)
        assert service.process.wait(90) == 0
        assert "Traceback" not in service.log.read_text()


def test_control_c_reaches_all_processes_and_counts_once(tmp_path: Path) -> None:
    with running(published(tmp_path), tmp_path) as service, connected(service) as connection:
        begin(connection)
        for process in (*service.workers(), service.process):
            process.send_signal(signal.SIGINT)
        wait_for_draining(service)
        time.sleep(0.5)
        connection.sendall(FORECAST[-HALF:])
        assert answer(connection)[0] == 200
        assert service.process.wait(90) == 0


def test_one_worker_told_to_stop_is_replaced_and_nothing_is_lost(tmp_path: Path) -> None:
    with (
        running(published(tmp_path), tmp_path, WORKERS="2") as service,
        hammered(service, keep=False) as found,
    ):
        first, second = service.workers()
        first.send_signal(signal.SIGTERM)
        first.wait(90)
        while len({worker.pid for worker in service.workers()} - {first.pid, second.pid}) == 0:
            time.sleep(0.05)
        time.sleep(1)
    assert found["lost"] == found["refused"] == 0, found
    assert found["200"] > 0
