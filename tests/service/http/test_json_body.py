from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.requests import Request

from service.http import json_body
from service.http.json_body import Body
from service.http.problems import Problem

JSON = [(b"content-type", b"application/json")]


def read(
    *chunks: bytes,
    headers: Sequence[tuple[bytes, bytes]] = JSON,
    most: int = 100,
    seconds: float = 5,
    texts: str | None = None,
    is_slow: bool = False,
) -> Body:
    waiting = list(chunks)

    async def receive() -> dict[str, Any]:
        if is_slow:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    return asyncio.run(json_body.read(Request({"type": "http", "headers": headers}, receive), most, seconds, texts))


def refused(*chunks: bytes, **options: Any) -> tuple[int, str]:
    with pytest.raises(Problem) as caught:
        read(*chunks, **options)
    return caught.value.status, caught.value.kind


def test_a_body_may_come_in_parts() -> None:
    assert read(b'{"a": [1', b", 2]}") == Body({"a": [1, 2]}, 13)


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": NaN}', b'{"a": 1} b', b"\xff", b'{"a": 1e999}'])
def test_what_is_not_json_is_refused(content: bytes) -> None:
    assert refused(content) == (400, "not-json")


@pytest.mark.parametrize(
    "kind", [b"application/json", b"Application/JSON; charset=UTF-8", b'application/json;charset="utf-8"']
)
def test_these_types_are_json(kind: bytes) -> None:
    assert read(b"1", headers=[(b"content-type", kind)]).content == 1


@pytest.mark.parametrize("kind", [b"", b"text/plain", b"application/json; charset=latin-1"])
def test_other_types_are_refused(kind: bytes) -> None:
    assert refused(b"1", headers=[(b"content-type", kind)]) == (415, "not-json-type")


def test_a_compressed_body_is_refused() -> None:
    assert refused(b"1", headers=[*JSON, (b"content-encoding", b"gzip")]) == (415, "compressed")


def test_a_large_body_is_refused_before_it_is_read() -> None:
    assert refused(headers=[*JSON, (b"content-length", b"101")]) == (413, "body-too-large")


def test_a_body_that_grows_too_large_is_refused() -> None:
    assert refused(b" " * 60, b" " * 60) == (413, "body-too-large")


def test_a_slow_body_is_refused() -> None:
    assert refused(is_slow=True, seconds=0.01) == (408, "slow-body")


HALF = rb'{"words": ["\ud83d"], "model": null}'


def test_half_a_surrogate_pair_may_stand_in_the_texts_alone() -> None:
    assert read(HALF, texts="words").content == {"words": ["\ud83d"], "model": None}
    assert refused(HALF) == (400, "not-json")
    assert refused(HALF, texts="texts") == (400, "not-json")


@pytest.mark.parametrize(
    "content",
    [
        rb'{"words": ["a"], "model": "\ud83d"}',
        rb'{"words": [{"a": "\ud83d"}]}',
        rb'{"words": "\ud83d"}',
        rb'{"words": ["\ud83d", NaN]}',
        rb'{"words": ["\ud83d", 1e999]}',
        rb'["\ud83d"]',
    ],
)
def test_nor_does_it_excuse_what_is_wrong_elsewhere(content: bytes) -> None:
    assert refused(content, texts="words") == (400, "not-json")
