"""Writes answers to a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from service.http.problems import MEDIA_TYPE, Problem

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class ResponseWriter:
    """The transport that uvicorn gets for one request: it sends the head of the answer together with the body.

    So an answer costs one system call and one packet, and wakes the client once.

    Args:
        close: closes the connection.
        is_out: there is no body, so that the head is sent at once.
    """

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None], *, is_out: bool) -> None:
        self._transport = transport
        self._close = close
        self._head: bytes | None = None
        self._is_out = is_out
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        if self._is_out or data == _CONTINUE:
            self._transport.write(data)
        elif self._head is None:
            self._head = data
        else:
            self._is_out = True
            self._transport.writelines([self._head, data])

    def close(self) -> None:
        if self._head is not None and not self._is_out:
            self._transport.write(self._head)
        self._close()


def last_answer(problem: Problem) -> bytes:
    """The answer to bytes that are not a request, which therefore no app sees."""
    body = problem.body()
    head = f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\ncontent-type: {MEDIA_TYPE}\r\n"
    return head.encode() + b"content-length: %d\r\nconnection: close\r\n\r\n%b" % (len(body), body)
