from __future__ import annotations

import http.client
import resource
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from testing import tiny
from testing.raw_http import answer, connected, is_cut, is_dropped_unread, post
from testing.service_process import Running, running

pytestmark = pytest.mark.slow

SERIES = [{"values": tiny.values(8)}]


def drip(connection: socket.socket, content: bytes) -> None:
    """Send byte by byte, slowly, until that is all or the service has hung up."""
    try:
        for byte in content:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)
    except OSError:
        pass


def test_a_head_that_drips_is_cut_off_with_an_answer_and_holds_up_nobody(impatient: Running) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(connected(impatient)) for _ in range(20)]
        for connection in slow:
            connection.sendall(b"POST /forecast HTTP/1.1\r\nX-Slow: ")
        assert impatient.forecast(SERIES).status_code == 200
        for connection in slow:
            status, headers, content = answer(connection)
            assert (status, content["type"]) == (408, "urn:seqserve:problem:slow-head")
            assert headers["connection"] == "close"
            assert is_cut(connection)
    with connected(impatient) as connection:
        drip(connection, b"GET /livez HTTP/1.1\r\nX-Slow: " + b"x" * 100)
        assert is_cut(connection)


@pytest.mark.parametrize("sent", [b"", b"\r\n" * 100], ids=["nothing", "empty lines"])
def test_who_asks_nothing_is_cut_off(impatient: Running, sent: bytes) -> None:
    with connected(impatient) as connection:
        drip(connection, sent)
        assert is_cut(connection)


def test_the_next_head_on_a_connection_has_its_time_too(impatient: Running) -> None:
    with connected(impatient) as connection:
        connection.sendall(post())
        assert answer(connection)[0] == 200
        time.sleep(1.5)  # kept connections may be idle for longer
        connection.sendall(post())
        assert answer(connection)[0] == 200
        connection.sendall(b"POST /forecast HTTP/1.1\r\n")
        assert answer(connection)[0] == 408
        assert is_cut(connection)


def test_a_body_has_more_time_than_a_head(impatient: Running) -> None:
    request = post()
    with connected(impatient) as connection:
        connection.sendall(request[:-5])
        time.sleep(1.5)
        connection.sendall(request[-5:])
        assert answer(connection)[0] == 200


def test_a_body_that_nobody_waits_for_has_not(impatient: Running) -> None:
    with connected(impatient) as connection:
        connection.sendall(post("/models", body=b"x" * 100)[:-99])
        assert answer(connection)[0] == 405
        drip(connection, b"x" * 98)
        assert is_cut(connection)


def test_who_does_not_take_in_an_answer_is_cut_off(impatient: Running) -> None:
    assert is_dropped_unread(impatient, b"GET /openapi.json HTTP/1.1\r\nHost: test\r\n\r\n" * 60)


def test_who_takes_it_in_bit_by_bit_gets_it_all(impatient: Running) -> None:
    with connected(impatient) as connection:
        series = ", ".join(['{"values": [1, 2, 3, 4, 5, 6, 7, 8]}'] * 4000)
        connection.sendall(post(body=f'{{"horizon": 6, "series": [{series}]}}'.encode()))
        response = http.client.HTTPResponse(connection)
        response.begin()
        content = response.read(1000)
        for _ in range(20):
            time.sleep(0.1)
            content += response.read(10_000)
        content += response.read()
        assert len(content) == int(response.headers["content-length"])


def test_connections_are_bounded(tmp_path: Path) -> None:
    tiny.publish(tmp_path / "models")
    with (
        running(tmp_path / "models", tmp_path, SEQSERVE_MAX_CONNECTIONS="5") as service,
        ExitStack() as stack,
    ):
        service.client.close()
        crowd = [stack.enter_context(connected(service)) for _ in range(5)]
        for connection in crowd:  # those that are in go on
            connection.sendall(post())
            assert answer(connection)[0] == 200
        with connected(service) as late:
            late.sendall(post())
            status, headers, content = answer(late)
            assert (status, content["type"]) == (503, "urn:seqserve:problem:too-many-connections")
            assert int(headers["retry-after"]) > 0
            assert is_cut(late)
        with connected(service) as probe:
            probe.sendall(b"GET /livez HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
            assert b" 200 " in probe.recv(100)
        flood = [stack.enter_context(connected(service)) for _ in range(150)]
        assert is_cut(flood[-1])
        for connection in (*crowd, *flood):
            connection.close()
        while True:  # until the service has seen them go
            with connected(service) as late:
                late.sendall(post())
                if answer(late)[0] == 200:
                    break


def test_a_worker_may_open_files_for_that_many_connections(tmp_path: Path) -> None:
    tiny.publish(tmp_path / "models")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        with running(tmp_path / "models", tmp_path, SEQSERVE_MAX_CONNECTIONS="500") as service:
            (worker,) = service.workers()
            assert worker.rlimit(resource.RLIMIT_NOFILE)[0] > 500
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
