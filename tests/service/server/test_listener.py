from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import uvloop
from uvicorn import Config, Server

from service.server.http_protocol import SPARE, Limits
from service.server.listener import Listeners
from testing.certificates import certify

LIMITS = Limits(seconds=60, connections=1000)


def test_a_burst_of_clients_is_accepted_in_a_few_turns_of_the_loop() -> None:
    """However long a turn takes, which under load is long; libuv itself takes one client a turn."""
    uvloop.run(_burst(clients=200, turns=20))


async def _burst(clients: int, turns: int) -> None:
    server = Server(Config(_silent, lifespan="off", log_config=None))
    server.config.load()
    listeners = Listeners(server, server.config.http_protocol_class, LIMITS)
    server.config.http_protocol_class = listeners.protocol  # type: ignore[assignment]
    with socket.create_server(("127.0.0.1", 0), backlog=clients) as listening:
        server.lifespan = server.config.lifespan_class(server.config)
        await server.startup(sockets=[listening])
        burst = [socket.create_connection(listening.getsockname()) for _ in range(clients)]
        for _ in range(turns):
            await asyncio.sleep(0)
        accepted = len(server.server_state.connections)
        for client in burst:
            client.close()
        listeners.close()
        await server.shutdown(sockets=[])
    assert accepted == clients


def test_clients_that_begin_no_handshake_are_counted(tmp_path: Path) -> None:
    cut = uvloop.run(_cut(*certify(tmp_path, "service"), Limits(seconds=60, connections=1), clients=SPARE + 10, wait=9))
    assert cut == 9


def test_clients_that_begin_no_handshake_are_cut_after_the_time_of_a_head(tmp_path: Path) -> None:
    assert uvloop.run(_cut(*certify(tmp_path, "service"), Limits(seconds=0.1, connections=9), clients=5, wait=5)) == 5


async def _cut(certificate: Path, key: Path, limits: Limits, clients: int, wait: int) -> int:
    """How many of so many silent clients are cut, once some are."""
    server = Server(Config(_silent, lifespan="off", log_config=None, ssl_certfile=certificate, ssl_keyfile=key))
    server.config.load()
    listeners = Listeners(server, server.config.http_protocol_class, limits)
    server.config.http_protocol_class = listeners.protocol  # type: ignore[assignment]
    with socket.create_server(("127.0.0.1", 0), backlog=clients) as listening:
        address = listening.getsockname()
        server.lifespan = server.config.lifespan_class(server.config)
        await server.startup(sockets=[listening])
        await listeners.take_over_at_start()
        opened = [await asyncio.open_connection(*address) for _ in range(clients)]
        ends = [asyncio.ensure_future(reader.read()) for reader, _ in opened]
        while sum(end.done() for end in ends) < wait:
            await asyncio.sleep(0.01)
        cut = sum(end.done() for end in ends)
        listeners.close()
        for _, writer in opened:
            writer.close()
        await asyncio.gather(*ends, return_exceptions=True)
        await server.shutdown(sockets=[])
    return cut


async def _silent(scope: object, receive: object, send: object) -> None:
    """Answers nothing; nothing is asked."""
