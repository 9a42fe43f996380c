"""Clients on bare sockets, for tests of connections."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from testing import tiny
from testing.service_process import Running

FORECAST = json.dumps({"series": [{"values": tiny.values(8)}]}).encode()


def post(path: str = "/forecast", body: bytes = FORECAST, headers: str = "") -> bytes:
    """The bytes of a POST request."""
    head = f"POST {path} HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + headers.encode() + b"\r\n" + body


def connected(service: Running) -> socket.socket:
    url = service.client.base_url
    return socket.create_connection((url.host, url.port), timeout=90)


def answer(connection: socket.socket) -> tuple[int, dict[str, str], Any]:
    """Read the next answer; returns its status, headers and JSON."""
    with http.client.HTTPResponse(connection) as response:
        response.begin()
        content = response.read()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, json.loads(content)


def statuses(connection: socket.socket, seen: bytes = b"") -> list[int]:
    """The statuses of all answers until the service closes the connection.

    Args:
        seen: bytes of the answers that were received before.

    Raises:
        TimeoutError: the service did not close it within the socket's timeout.
    """
    content = bytearray(seen)
    while part := connection.recv(65_536):
        content += part
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", content)]


def is_dropped_unread(service: Running, requests: bytes) -> bool:
    """Send requests without reading the answers; whether the service drops the connection within 30 s."""
    url = service.client.base_url
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect((url.host, url.port))
        port = connection.getsockname()[1]
        connection.sendall(requests)
        (worker,) = service.workers()
        end = time.monotonic() + 30
        held = True
        while held and time.monotonic() < end:
            time.sleep(0.05)
            held = any(found.raddr and found.raddr.port == port for found in worker.net_connections("tcp"))
        return not held


def is_cut(connection: socket.socket) -> bool:
    """Wait until the service closes the connection; raises TimeoutError after the socket's timeout."""
    try:
        while connection.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    return True


@contextmanager
def hammered(service: Running, *, keep: bool, body: bytes = FORECAST) -> Iterator[Counter[str]]:
    """Send forecast requests from four threads until the block ends, and count the outcomes.

    Args:
        keep: keep connections for the next request, as long as the service does.

    Yields:
        Counts by status; `lost`: requests sent and not answered; `refused`: connections that could not be made.
    """
    found: Counter[str] = Counter()
    over = threading.Event()

    def ask() -> None:
        connection = None
        while not over.is_set():
            try:
                connection = connection or connected(service)
            except OSError:
                found["refused"] += 1
                over.wait(0.02)
                continue
            try:
                connection.sendall(post(body=body, headers="" if keep else "Connection: close\r\n"))
                status, headers, _ = answer(connection)
                found[str(status)] += 1
            except (OSError, http.client.HTTPException):
                found["lost"] += 1
                headers = {"connection": "close"}
            if headers.get("connection") == "close":
                connection.close()
                connection = None

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        over.set()
        for thread in threads:
            thread.join()
