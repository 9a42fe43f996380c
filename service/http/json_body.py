"""Reads a request's body: JSON, of limited size, in limited time."""

from __future__ import annotations

import asyncio
import json
import math
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request

from service.http.problems import Problem

_PARAMETERS = frozenset({b"charset=utf-8", b'charset="utf-8"', b""})


@dataclass(frozen=True)
class Body:
    """A parsed body and how large it was."""

    content: Any
    size: int


async def read(request: Request, max_bytes: int, seconds: float, texts: str | None = None) -> Body:
    """Read and parse a JSON body.

    Args:
        seconds: how long it may take to arrive.
        texts: the field that holds a list of texts, which may hold half a surrogate pair: JavaScript cuts emoji so.

    Raises:
        Problem: 400 not JSON, 408 too slow, 413 too large (found before it is read whole), 415 another type.
    """
    headers: dict[bytes, bytes] = dict(request.scope["headers"])
    _check_type(headers)
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > max_bytes:
        raise _too_large(max_bytes)
    try:
        async with asyncio.timeout(seconds):
            content = await _collect(request, max_bytes)
    except TimeoutError:
        detail = f"the body did not arrive within {seconds:g} seconds"
        raise Problem(408, "slow-body", detail, headers={"Connection": "close"}) from None
    try:
        return Body(orjson.loads(content), len(content))
    except orjson.JSONDecodeError as error:
        found = None if texts is None else _with_half_surrogates(content, texts)
        if found is None:
            raise Problem(400, "not-json", f"the body is not JSON: {error}") from None
        return Body(found, len(content))


def _with_half_surrogates(content: bytes, texts: str) -> Any:
    """A body in which only the list in the field `texts` holds half surrogate pairs; none if it is wrong elsewhere."""
    try:
        found = json.loads(content.decode(), parse_constant=_refused, parse_float=_finite)
        orjson.dumps({**found, texts: [text for text in found[texts] if not isinstance(text, str)]})
    except (ValueError, TypeError, KeyError, RecursionError):  # ValueError: also what orjson raises
        return None
    return found if isinstance(found[texts], list) else None


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _finite(number: str) -> float:
    if math.isfinite(found := float(number)):
        return found
    raise ValueError(f"{number} is too large")


def _check_type(headers: dict[bytes, bytes]) -> None:
    kind, *parameters = (part.strip(b" \t") for part in headers.get(b"content-type", b"").lower().split(b";"))
    if kind != b"application/json" or not _PARAMETERS.issuperset(parameters):
        raise Problem(415, "not-json-type", "send JSON in UTF-8, with Content-Type: application/json")
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise Problem(415, "compressed", "send the body as it is, without Content-Encoding")


async def _collect(request: Request, max_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > max_bytes:
            raise _too_large(max_bytes)
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large(max_bytes: int) -> Problem:
    detail = f"the body is larger than {max_bytes} bytes; send fewer items at a time"
    return Problem(413, "body-too-large", detail, headers={"Connection": "close"})
