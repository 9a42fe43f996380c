"""Answers as JSON."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.responses import Response


def json_response(content: Any, status: int = 200) -> Response:
    """A JSON answer; the caller sees to it that every number is finite, as JSON has no other."""
    return Response(orjson.dumps(content), status, media_type="application/json")
