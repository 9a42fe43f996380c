"""A load generator: HTTP/1.1 on bare asyncio streams, so that it uses little CPU itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import orjson

LOST = 0
"""The status of a request whose connection was closed before its answer."""

_IDLE_SECONDS = 2
"""Seconds a connection is kept for the next request. A server closes it after five, perhaps while a request is sent."""


class Answer(NamedTuple):
    """An answer: its status, its body, and the seconds it took."""

    status: int
    body: bytes
    seconds: float


@dataclass(frozen=True)
class Asked:
    """A request as bytes."""

    task: str
    raw: bytes


def post(task: str, path: str, content: object) -> Asked:
    """A request with a JSON body."""
    body = orjson.dumps(content)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return Asked(task, f"{head}\r\n\r\n".encode() + body)


class Client:
    """Sends requests over as many connections as needed, each kept for the next request."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, asked: Asked) -> Answer:
        begin = time.perf_counter()
        try:
            reader, writer = await self._connection()
            writer.write(asked.raw)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            body = await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0]))
        except (OSError, asyncio.IncompleteReadError):
            return Answer(LOST, b"", time.perf_counter() - begin)
        if b"connection: close" in head:
            writer.close()
        else:
            self._idle.append((time.perf_counter(), reader, writer))
        return Answer(int(head.split(b" ", 2)[1]), body, time.perf_counter() - begin)

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            since, reader, writer = self._idle.pop()
            if not reader.at_eof() and time.perf_counter() - since < _IDLE_SECONDS:
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self._port, limit=2**24)


async def closed_loop(client: Client, requests: Iterator[Asked], callers: int, seconds: float) -> float:
    """Requests per second with `callers` that each wait for an answer before the next request."""
    begin, answered = time.perf_counter(), 0

    async def call() -> None:
        nonlocal answered
        while time.perf_counter() - begin < seconds:
            answer = await client.ask(next(requests))
            answered += answer.status == 200

    await asyncio.gather(*(call() for _ in range(callers)))
    return answered / (time.perf_counter() - begin)


async def open_loop(
    client: Client,
    requests: Iterator[Asked],
    gaps: Iterator[float],
    seconds: float,
    seen: Callable[[Asked, Answer], None],
) -> list[float]:
    """Send requests at given times, whether or not earlier ones are answered, and wait for all answers.

    Args:
        gaps: seconds from one request to the next.
        seen: called with every answer.

    Returns:
        The delay of each request in seconds; if it is large, the client was too slow.
    """
    waiting: set[asyncio.Task[None]] = set()
    late, due, begin = [], 0.0, time.perf_counter()

    async def ask(asked: Asked) -> None:
        seen(asked, await client.ask(asked))

    while due < seconds:
        if (left := begin + due - time.perf_counter()) > 0:
            await asyncio.sleep(left)
        late.append(max(0.0, time.perf_counter() - begin - due))
        task = asyncio.create_task(ask(next(requests)))
        waiting.add(task)
        task.add_done_callback(waiting.discard)
        due += next(gaps)
    await asyncio.gather(*waiting)
    return late
