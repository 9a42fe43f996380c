"""Parses JSON texts."""

from __future__ import annotations

import json
import math
from typing import Any

import orjson

from service.http.problems import Problem


def parse(content: bytes, field: str | None = None) -> Any:
    """Parse a small body.

    Args:
        field: holds a list of texts, which may hold half a surrogate pair: JavaScript cuts emoji so.

    Raises:
        Problem: 400 it is no JSON.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        found = None if field is None else _with_half_surrogates(content, field)
        if found is None:
            raise not_json(str(error)) from None
        return found


def not_json(detail: str) -> Problem:
    """The problem for a body that is no JSON."""
    return Problem(400, "not-json", f"the body is not JSON: {detail}")


def half_surrogates(content: memoryview) -> str | None:
    """A JSON text with half surrogate pairs; none if it is none."""
    try:
        found = json.loads(bytes(content))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, str) else None


def _with_half_surrogates(content: bytes, field: str) -> Any:
    """A body in which only the list in `field` holds half surrogate pairs; none if it is wrong elsewhere."""
    try:
        found = json.loads(content.decode(), parse_constant=_refused, parse_float=_finite)
        orjson.dumps({**found, field: [text for text in found[field] if not isinstance(text, str)]})
    except (ValueError, TypeError, KeyError, RecursionError):  # ValueError: also what orjson raises
        return None
    return found if isinstance(found[field], list) else None


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _finite(number: str) -> float:
    if math.isfinite(found := float(number)):
        return found
    raise ValueError(f"{number} is too large")
