"""Reads a request's body: JSON, of limited size, in limited time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from email.message import Message
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.http import content_coding, json_text
from service.http.json_items import PART, Counts, Splitter
from service.http.problems import Problem
from service.turns import in_turns

LARGE = 2**16
"""A larger body, in bytes, is parsed away from the event loop, item by item."""

_USUAL_TYPES = frozenset({b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-8"})
_UTF_8 = frozenset({"utf-8", "utf8", "us-ascii"})


@dataclass(frozen=True)
class Body:
    """A parsed body and how large it was."""

    content: Any
    size: int


@dataclass(frozen=True)
class Items:
    """The list of items in a body, as a route takes it.

    Args:
        field: of the body.
        counts: how much there may be.
        executor: where a large body is parsed.
        are_texts: the items are texts, which may hold half a surrogate pair.
    """

    field: str
    counts: Counts
    executor: Executor
    are_texts: bool = False


async def read(request: Request, max_bytes: int, seconds: float, items: Items | None = None) -> Body:
    """Read and parse a JSON body; in a large one the items are `Unparsed`.

    Args:
        items: without them a body has no list of items, and may not be a large one.

    Raises:
        Problem: 400 not JSON, 415 another type, or what `collect` raises.
    """
    if items is None:
        max_bytes = min(max_bytes, LARGE)
    check_type(request)
    content = await collect(request, max_bytes, seconds)
    if items is not None:
        return Body(await parse(content, items), len(content))
    return Body(json_text.parse(content), len(content))


async def collect(request: Request, max_bytes: int, seconds: float) -> bytes:
    """A whole body, unpacked; of a large one `request.state.is_large` says so.

    Args:
        max_bytes: its size, also unpacked.
        seconds: how long it may take to arrive.

    Raises:
        Problem: 408 too slow, 413 too large (found before it is read whole), 415 packed in another way.
    """
    headers: dict[bytes, bytes] = dict(request.scope["headers"])
    coding = _coding(headers)
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > max_bytes:
        raise _too_large(max_bytes)
    try:
        async with asyncio.timeout(seconds):
            content = await _collect(request, max_bytes)
    except TimeoutError:
        detail = f"the body did not arrive within {seconds:g} seconds"
        raise Problem(408, "slow-body", detail, headers={"Connection": "close"}) from None
    request.state.is_large = coding is not None or len(content) > LARGE
    if coding is not None:
        content = await _unpacked(content, coding, max_bytes)
    return content


async def parse(content: bytes, items: Items) -> Any:
    """Parse a JSON body; in a large one the items are `Unparsed`.

    Raises:
        Problem: 400 not JSON, 413 too many items or values.
    """
    if len(content) > LARGE:
        splitter = Splitter(content, items.field, items.counts, are_texts=items.are_texts)
        await in_turns(items.executor, splitter.scan, range(0, len(content), PART))
        (parsed,) = await in_turns(items.executor, Splitter.split, [splitter])
        return parsed
    return json_text.parse(content, items.field if items.are_texts else None)


def check_type(request: Request) -> None:
    """Check that a body says it is JSON.

    Raises:
        Problem: 415 it does not.
    """
    headers: dict[bytes, bytes] = dict(request.scope["headers"])
    kind = headers.get(b"content-type", b"").lower()
    if kind in _USUAL_TYPES:
        return
    header = Message()
    header["content-type"] = kind.decode("latin-1")
    # RFC 8259: JSON has no parameter, and a charset changes nothing; but another one is a mistake of the client.
    charset = header.get_content_charset("utf-8")
    if header.get_content_type() != "application/json" or charset not in _UTF_8:
        raise Problem(415, "not-json-type", "send JSON in UTF-8, with Content-Type: application/json")


def _coding(headers: Mapping[bytes, bytes]) -> str | None:
    coding = headers.get(b"content-encoding", b"").strip().lower().decode("latin-1").removeprefix("x-")
    if coding in ("", "identity"):
        return None
    if coding not in content_coding.CODINGS:
        known = " or ".join(sorted(content_coding.CODINGS))
        detail = f"send the body as it is, or with Content-Encoding {known}"
        raise Problem(415, "compressed", detail, headers={"Accept-Encoding": ", ".join(content_coding.CODINGS)})
    return coding


async def _collect(request: Request, max_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > max_bytes:
            raise _too_large(max_bytes)
        chunks.append(chunk)
    return b"".join(chunks)


async def _unpacked(content: bytes, coding: str, max_bytes: int) -> bytes:
    try:
        return await run_in_threadpool(content_coding.unpack, content, coding, max_bytes)
    except content_coding.TooLargeError:
        raise _too_large(max_bytes) from None
    except content_coding.DamagedError as error:
        raise Problem(400, "damaged", f"the body is not {coding}: {error}") from None


def _too_large(max_bytes: int) -> Problem:
    detail = f"the body is larger than {max_bytes} bytes; send fewer items at a time"
    return Problem(413, "body-too-large", detail, headers={"Connection": "close"})
