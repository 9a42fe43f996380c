"""JSON responses."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.responses import Response

_JSON = (b"content-type", b"application/json")


def json_response(content: Any, status: int = 200) -> Response:
    """A JSON response. Every number must be finite, since JSON has no other; the caller checks that."""
    body = orjson.dumps(content)
    response = Response(status_code=status)
    response.body, response.raw_headers = body, [(b"content-length", b"%d" % len(body)), _JSON]
    return response
