from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest
from starlette.requests import Request

from service.http import content_coding, json_body
from service.http.json_body import Body, Items
from service.http.json_items import Counts
from service.http.problems import Problem

JSON = [(b"content-type", b"application/json")]


def read(
    *chunks: bytes,
    headers: Sequence[tuple[bytes, bytes]] = JSON,
    most: int = 100,
    seconds: float = 5,
    items: Items | None = None,
    is_slow: bool = False,
) -> Body:
    waiting = list(chunks)

    async def receive() -> dict[str, Any]:
        if is_slow:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    request = Request({"type": "http", "headers": headers, "state": {}}, receive)
    return asyncio.run(json_body.read(request, most, seconds, items))


def refused(*chunks: bytes, **options: Any) -> tuple[int, str]:
    with pytest.raises(Problem) as caught:
        read(*chunks, **options)
    return caught.value.status, caught.value.kind


def test_a_body_may_come_in_parts() -> None:
    assert read(b'{"a": [1', b", 2]}") == Body({"a": [1, 2]}, 13)


def test_what_is_not_json_is_refused() -> None:
    assert refused(b"{") == (400, "not-json")


@pytest.mark.parametrize(
    "kind",
    [
        b"application/json",
        b"Application/JSON; charset=UTF-8",
        b'application/json;charset="utf-8"',
        b"application/json; charset=us-ascii",
        b"application/json; version=1",
        b'application/json; profile="a;charset=latin-1"; charset=utf8',
        b"application/json;",
    ],
)
def test_these_types_are_json(kind: bytes) -> None:
    assert read(b"1", headers=[(b"content-type", kind)]).content == 1


@pytest.mark.parametrize(
    "kind",
    [
        b"",
        b"text/plain",
        b"application/jsonx",
        b"application/json; charset=latin-1",
        b"application/json; version=1; charset=utf-16",
        b"application/json, text/plain",
        b"\xff",
    ],
)
def test_other_types_are_refused(kind: bytes) -> None:
    assert refused(b"1", headers=[(b"content-type", kind)]) == (415, "not-json-type")


@pytest.mark.parametrize("coding", ["gzip", "zstd", "x-gzip", "GZIP"])
def test_a_body_may_be_compressed(coding: str) -> None:
    packed = content_coding.pack(b'{"a": 1}', coding.lower().removeprefix("x-"))
    found = read(packed[:9], packed[9:], headers=[*JSON, (b"content-encoding", coding.encode())])
    assert found == Body({"a": 1}, 8)


@pytest.mark.parametrize("coding", [b"br", b"gzip, gzip", b"deflate"])
def test_in_no_other_coding(coding: bytes) -> None:
    assert refused(b"1", headers=[*JSON, (b"content-encoding", coding)]) == (415, "compressed")


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_unpacked_it_is_not_larger_than_it_may_be(coding: str) -> None:
    headers = [*JSON, (b"content-encoding", coding.encode())]
    assert refused(content_coding.pack(b" " * 99 + b"11", coding), headers=headers) == (413, "body-too-large")
    assert read(content_coding.pack(b" " * 99 + b"1", coding), headers=headers).content == 1
    assert refused(content_coding.pack(b"1", coding)[:-2], headers=headers) == (400, "damaged")


def test_a_large_body_is_split_into_its_items() -> None:
    content = orjson.dumps({"items": ["a" * 1_000] * 100, "model": "x"})
    with ThreadPoolExecutor(1) as executor:
        items = Items("items", Counts(100, 100), executor)
        found = read(content[:70_000], content[70_000:], most=200_000, items=items).content
        assert found["model"] == "x"
        assert [item.parse() for item in found["items"]] == ["a" * 1_000] * 100
        few = Items("items", Counts(99, 100), executor)
        assert refused(content, most=200_000, items=few) == (413, "too-many-items")


def test_a_body_without_items_may_not_be_large() -> None:
    assert refused(b" " * 70_000 + b"1", most=200_000) == (413, "body-too-large")


def test_a_large_body_is_refused_before_it_is_read() -> None:
    assert refused(headers=[*JSON, (b"content-length", b"101")]) == (413, "body-too-large")


def test_a_body_that_grows_too_large_is_refused() -> None:
    assert refused(b" " * 60, b" " * 60) == (413, "body-too-large")


def test_a_slow_body_is_refused() -> None:
    assert refused(is_slow=True, seconds=0.01) == (408, "slow-body")
