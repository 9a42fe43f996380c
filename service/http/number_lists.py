"""Takes a long list of numbers out of a large JSON body, and parses it part by part.

Parsed as a whole, a list of a million numbers becomes a million objects, and the parser holds the interpreter lock.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import orjson

from seqserve.core.arrays import Floats
from service.http.json_text import not_json

PART = 2**16
"""Bytes that are parsed at a time."""
_OTHERS = (b'"', b"[", b"{", b"}")


def taken_out(content: bytes, field: str) -> tuple[bytes, list[bytes]] | None:
    """The body with an empty list as the value of the field, and the list in parts; none if it has no such list."""
    found = re.search(rb'"%b"\s*:\s*\[' % re.escape(field).encode(), content)
    end = -1 if found is None else content.find(b"]", found.end())
    if found is None or end < 0:
        return None
    inside = content[found.end() : end]
    if any(other in inside for other in _OTHERS):
        return None
    rest = content[: found.end()] + content[end:]
    return rest, _parts(inside)


def parsed(part: bytes) -> Floats:
    """The numbers of a part, (T,); null is NaN.

    Raises:
        Problem: 400 it is no JSON.
        ValueError: one is no number, or too large for one; the message says which.
    """
    try:
        found = orjson.loads(b"[%b]" % part)
    except orjson.JSONDecodeError as error:
        raise not_json(str(error)) from None
    return floats(found)


def floats(found: list[Any]) -> Floats:
    """Numbers as an array (T,); null is NaN.

    Raises:
        ValueError: one is no number, or too large for one.
    """
    if not {type(number) for number in found} <= {int, float, type(None)}:
        raise ValueError("it must hold numbers, or null for gaps")
    try:
        return np.array(found, dtype=np.float64)
    except OverflowError:
        raise ValueError("a number is too large for a double") from None


def _parts(inside: bytes) -> list[bytes]:
    """A list in parts, each of which ends before a comma."""
    parts: list[bytes] = []
    begin = 0
    while begin + PART < len(inside) and (comma := inside.find(b",", begin + PART)) >= 0:
        parts.append(inside[begin:comma])
        begin = comma + 1
    return [*parts, inside[begin:]]
