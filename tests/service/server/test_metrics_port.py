from __future__ import annotations

import asyncio
import os
import socket

import pytest

from service.server import metrics_port
from testing.service_process import free_port


class Greeting(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"hello")
        transport.close()


async def greeted(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    found = await reader.read()
    writer.close()
    return found


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(metrics_port._DESCRIPTOR, "")  # so that it is as before after the test
    monkeypatch.delenv(metrics_port._DESCRIPTOR)


@pytest.mark.usefixtures("unset")
def test_workers_share_the_socket_that_they_inherit() -> None:
    port = free_port()
    metrics_port.listen("127.0.0.1", port)

    async def run() -> list[bytes]:
        servers = [await metrics_port.serve(Greeting, "127.0.0.1", port) for _ in range(2)]
        found = [await greeted(port) for _ in range(4)]
        servers[0].close()  # the other goes on
        found += [await greeted(port) for _ in range(4)]
        servers[1].close()
        return found

    assert asyncio.run(run()) == [b"hello"] * 8
    with pytest.raises(OSError, match="in use"):
        metrics_port.listen("127.0.0.1", port)
    os.close(int(os.environ[metrics_port._DESCRIPTOR]))


@pytest.mark.usefixtures("unset")
def test_without_a_supervisor_of_ours_each_worker_listens() -> None:
    port = free_port()

    async def run() -> bytes:
        servers = [await metrics_port.serve(Greeting, "127.0.0.1", port) for _ in range(2)]
        found = await greeted(port)
        for server in servers:
            server.close()
        return found

    assert asyncio.run(run()) == b"hello"


@pytest.mark.usefixtures("unset")
def test_it_listens_on_version_6_too() -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    metrics_port.listen("::1", free_port())
    os.close(int(os.environ[metrics_port._DESCRIPTOR]))
