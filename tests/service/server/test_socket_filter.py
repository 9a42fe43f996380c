"""Filters and counts are the kernel's own, on a socket that really listens."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator

import pytest

from service.server import socket_filter

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="filters of sockets are Linux's")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found


def connect(listener: socket.socket) -> socket.socket:
    return socket.create_connection(listener.getsockname(), timeout=0.5)


def wait_for(listener: socket.socket, count: int) -> None:
    end = time.monotonic() + 90
    while socket_filter.waiting(listener) != count and time.monotonic() < end:
        time.sleep(0.01)
    assert socket_filter.waiting(listener) == count


def test_a_stop_is_seen_by_who_shares_the_socket_and_hinders_nobody(listener: socket.socket) -> None:
    with listener.dup() as shared:
        assert not socket_filter.is_stopping(shared)
        socket_filter.announce_stop(listener)
        assert socket_filter.is_stopping(shared)
        with connect(listener) as client, shared.accept()[0] as accepted:
            client.sendall(b"asked")
            assert accepted.recv(5) == b"asked"


def test_who_is_connected_is_waiting_until_accepted_and_nobody_else_connects(listener: socket.socket) -> None:
    assert socket_filter.waiting(listener) == 0
    with connect(listener) as first, connect(listener):
        wait_for(listener, 2)
        socket_filter.let_nobody_connect(listener)
        with pytest.raises(TimeoutError):
            connect(listener)
        first.sendall(b"asked")
        with listener.accept()[0] as accepted:
            assert accepted.recv(5) == b"asked"
            wait_for(listener, 1)
        with listener.accept()[0]:
            wait_for(listener, 0)


def test_where_a_socket_takes_no_filter_nothing_is_announced() -> None:
    closed = socket.socket()
    closed.close()
    socket_filter.announce_stop(closed)
    assert not socket_filter.is_stopping(closed)
