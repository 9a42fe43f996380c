from __future__ import annotations

import asyncio
import socket

import uvloop
from uvicorn import Config, Server

from service.server.listener import Listeners


def test_a_burst_of_clients_is_accepted_in_a_few_turns_of_the_loop() -> None:
    """However long a turn takes, which under load is long; libuv itself takes one client a turn."""
    uvloop.run(_burst(clients=200, turns=20))


async def _burst(clients: int, turns: int) -> None:
    server = Server(Config(_silent, lifespan="off", log_config=None))
    server.config.load()
    listeners = Listeners(server, server.config.http_protocol_class)
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


async def _silent(scope: object, receive: object, send: object) -> None:
    """Answers nothing; nothing is asked."""
