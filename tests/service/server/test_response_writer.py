from __future__ import annotations

import asyncio
from typing import Any, cast

from service.http.problems import Problem
from service.server.response_writer import ResponseWriter, last_answer

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Transport:
    """Keeps what is written, call by call."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    def writelines(self, parts: list[bytes]) -> None:
        self.writes.append(b"".join(parts))

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True


def joined(*, is_out: bool = False) -> tuple[ResponseWriter, Transport]:
    transport = Transport()
    return ResponseWriter(cast(asyncio.Transport, cast(Any, transport)), transport.close, is_out=is_out), transport


def test_head_and_body_go_out_together() -> None:
    writer, transport = joined()
    writer.write(b"head")
    assert transport.writes == []
    writer.write(b"body")
    writer.write(b"more")
    assert transport.writes == [b"headbody", b"more"]


def test_a_head_without_a_body_goes_out_as_it_closes() -> None:
    writer, transport = joined()
    writer.write(b"head")
    writer.close()
    assert transport.writes == [b"head"]
    assert writer.is_closing()


def test_to_close_writes_nothing_twice() -> None:
    writer, transport = joined()
    writer.write(b"head")
    writer.write(b"body")
    writer.close()
    assert transport.writes == [b"headbody"]


def test_an_answer_to_head_goes_out_at_once() -> None:
    writer, transport = joined(is_out=True)
    writer.write(b"head")
    assert transport.writes == [b"head"]


def test_a_client_that_waits_to_go_on_does_not_wait_for_the_answer() -> None:
    writer, transport = joined()
    writer.write(CONTINUE)
    writer.write(b"head")
    writer.write(b"body")
    assert transport.writes == [CONTINUE, b"headbody"]


def test_the_last_answer_is_whole() -> None:
    head, _, body = last_answer(Problem(400, "not-http", "this is no request")).partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 400 Bad Request"
    assert b"content-length: %d" % len(body) in lines
    assert b"connection: close" in lines
    assert b"urn:seqserve:problem:not-http" in body
