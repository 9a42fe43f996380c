from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from service.http import content_coding
from service.middleware.compression import Compression, chosen

LONG = "All work and no play. " * 100


def ask(
    answer: Response, accepted: str | None = "gzip", method: str = "GET", least: int = 1_000
) -> tuple[httpx.Headers, list[bytes]]:
    """The headers of the answer and the parts of its body, as they were sent."""
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(scope, receive, send)

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Any:
        await asyncio.sleep(60)

    headers = [] if accepted is None else [(b"accept-encoding", accepted.encode())]
    scope: Scope = {"type": "http", "path": "/", "method": method, "headers": headers}
    asyncio.run(Compression(app, least)(scope, receive, send))
    return httpx.Headers(sent[0]["headers"]), [message["body"] for message in sent[1:]]


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
@pytest.mark.parametrize("times", [1, 100])
def test_a_long_answer_is_compressed(coding: str, times: int) -> None:
    text = LONG * times
    headers, (body,) = ask(PlainTextResponse(text), coding)
    assert headers["content-encoding"] == coding
    assert headers["vary"] == "Accept-Encoding"
    assert int(headers["content-length"]) == len(body) < len(text) / 5
    assert content_coding.unpack(body, coding, len(text)) == text.encode()


def test_one_that_varies_with_the_client_always_says_so() -> None:
    headers, (body,) = ask(PlainTextResponse(LONG, headers={"Vary": "Origin"}), None)
    assert body == LONG.encode()
    assert headers["vary"] == "Origin, Accept-Encoding"
    assert "content-encoding" not in headers


@pytest.mark.parametrize(
    "answer",
    [
        PlainTextResponse("short"),
        Response(LONG, media_type="image/png"),
        PlainTextResponse(LONG, headers={"Content-Encoding": "br"}),
        PlainTextResponse(LONG, status_code=206),
    ],
)
def test_others_are_not(answer: Response) -> None:
    headers, (body,) = ask(answer)
    assert headers.get("content-encoding") in (None, "br")
    assert body == answer.body
    assert "vary" not in headers


def test_none_is_if_it_is_switched_off() -> None:
    headers, _ = ask(PlainTextResponse(LONG), least=0)
    assert "content-encoding" not in headers


def test_what_comes_in_parts_is_sent_in_parts() -> None:
    async def parts() -> AsyncIterator[str]:
        for part in ("one", "", "two"):
            yield part

    headers, found = ask(StreamingResponse(parts(), media_type="text/plain"))
    assert headers["content-encoding"] == "gzip"
    assert "content-length" not in headers
    assert found[0], "the first part does not wait for the second"
    assert content_coding.unpack(b"".join(found), "gzip", 100) == b"onetwo"


def test_a_file_has_a_weak_tag_once_it_is_compressed(tmp_path: Path) -> None:
    file = tmp_path / "file.js"
    file.write_text(LONG * 100)
    headers, found = ask(FileResponse(file))
    assert headers["etag"].startswith('W/"')
    assert content_coding.unpack(b"".join(found), "gzip", 10**6) == file.read_bytes()
    plain, _ = ask(FileResponse(file), method="HEAD")
    assert int(plain["content-length"]) == file.stat().st_size
    assert plain["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("GZIP;q=0.5, zstd;q=0.1", "gzip"),
        ("gzip;q=0", None),
        ("*", "zstd"),
        ("zstd;q=0, *;q=0.5", "gzip"),
        ("gzip;q=much", None),
        ("br", None),
    ],
)
def test_the_coding_is_the_one_that_is_preferred(accepted: str, coding: str | None) -> None:
    assert chosen(accepted) == coding
