"""Limits of connections, on a uvicorn server in this process; slow clients are tested in tests/service/process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import pytest
import uvloop
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from uvicorn import Config, Server

from service.phase import Phase
from service.server.http_protocol import CROWDED, Connection, Limits

T = TypeVar("T")

GET = b"GET /%s HTTP/1.1\r\nhost: service\r\n\r\n"
LAST = b"GET /%s HTTP/1.1\r\nhost: service\r\nconnection: close\r\n\r\n"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers the path, the body, and whether there are too many connections."""
    body = await Request(scope, receive).body()
    words = [scope["path"], body.decode(), "crowded" if CROWDED in scope["state"] else "calm"]
    await PlainTextResponse(" ".join(words))(scope, receive, send)


def serve(work: Callable[[int], Awaitable[T]], *, seconds: float = 5, connections: int = 10, phase: Phase) -> T:
    """Do something with a server's port."""

    async def main() -> T:
        config = Config(app, port=0, lifespan="off", log_config=None, ws="none")
        config.load()
        limits = Limits(seconds, connections)
        config.http_protocol_class = partial(Connection, limits=limits, phase=phase)  # type: ignore[assignment]
        server = Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup()
        try:
            async with asyncio.timeout(90):
                return await work(server.servers[0].sockets[0].getsockname()[1])
        finally:
            await server.shutdown()

    return uvloop.run(main())


def send(*parts: bytes, seconds: float = 5, phase: Phase | None = None) -> bytes:
    """All that comes back on a connection until the server closes it."""

    async def work(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for part in parts:
            writer.write(part)
            await asyncio.sleep(0.01)
        answer = await reader.read()
        writer.close()
        return answer

    return serve(work, seconds=seconds, phase=phase or Phase())


def test_requests_on_one_connection_are_answered_in_their_order() -> None:
    answer = send(GET % b"one" + GET % b"two" + LAST % b"three")
    assert answer.count(b"HTTP/1.1 200") == 3
    assert answer.index(b"/one") < answer.index(b"/two") < answer.index(b"/three")


def test_a_request_may_come_in_parts() -> None:
    head = b"POST /post HTTP/1.1\r\nhost: service\r\nconnection: close\r\ncontent-length: 4\r\n\r\n"
    assert send(head[:30], head[30:], b"bo", b"dy").endswith(b"/post body calm")


def test_what_is_not_http_is_told_so() -> None:
    answer = send(b"\x16\x03\x01 hello\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"urn:seqserve:problem:not-http" in answer


@pytest.mark.parametrize(
    "parts",
    [
        (b"GET / HTTP/1.1\r\nx: ", b"a" * 70_000),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",),
        (b"GET / HTTP/1.1\r\n", b"x: a\r\n" * 20_000),
    ],
)
def test_a_large_head_is_refused(parts: tuple[bytes, ...]) -> None:
    assert send(*parts).startswith(b"HTTP/1.1 431")


@pytest.mark.parametrize("hosts", [b"", b"host: a\r\nhost: a\r\n", b"host: a/b\r\n"])
def test_a_request_without_one_host_is_refused(hosts: bytes) -> None:
    answer = send(b"GET /one HTTP/1.1\r\n" + hosts + b"connection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"Host" in answer
    assert send(b"GET /one HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_of_too_many_requests_at_once_the_first_are_answered() -> None:
    answer = send(GET % b"one" * 70)
    assert 64 <= answer.count(b"HTTP/1.1 200") < 70
    assert answer.count(b"connection: close") == 1


def test_a_head_that_does_not_arrive_is_told_so() -> None:
    assert send(b"GET / HTTP/1.1\r\n", seconds=0.05).startswith(b"HTTP/1.1 408")


def test_a_client_that_sends_nothing_gets_nothing() -> None:
    assert send(seconds=0.05) == b""


def test_a_wish_for_another_protocol_is_ignored() -> None:
    upgrade = b"GET /up HTTP/1.1\r\nhost: service\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"
    answer = send(upgrade + LAST % b"next")
    assert b"/up  calm" in answer
    assert b"/next  calm" in answer


def test_a_connection_is_closed_after_an_answer_while_the_worker_drains() -> None:
    answer = send(GET % b"one", phase=Phase(draining=True))
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in answer


def test_a_connection_over_the_limit_is_marked() -> None:
    async def work(port: int) -> bytes:
        _, idle = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.05)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(LAST % b"one")
        answer = await reader.read()
        idle.close()
        writer.close()
        return answer

    assert serve(work, connections=1, phase=Phase()).endswith(b"crowded")
