"""An endpoint: a path and a method, what handles them, and what OpenAPI says of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

Security = Sequence[Mapping[str, list[str]]]

BY_ADMIN: Security = [{"adminToken": []}]
BY_KEY: Security = [{}, {"apiKey": []}, {"apiKeyHeader": []}]
"""Without a key too, since a service may have none configured."""

PROBLEMS: Mapping[int, str] = {
    400: "The body is not JSON.",
    401: "The service has API keys, and the request carries none of them.",
    404: "No such model, version, pair of languages or route; or the version is not loaded.",
    408: "The body did not arrive in time.",
    413: "The body or the batch is over its limit.",
    415: "The body is not of type application/json.",
    500: "The service failed.",
    503: "With Retry-After: the queue is full, the service stops, or too many connections are open; "
    "without: the version asked for is damaged or failed its self-test.",
    504: "The deadline passed.",
}
PROBLEMS_OF_ADMIN: Mapping[int, str] = {
    401: "The request does not carry the admin token.",
    403: "The service was started without an admin token.",
}


@dataclass(frozen=True)
class Operation:
    """What OpenAPI says of an endpoint.

    Args:
        id: its `operationId`.
        answer: the shape of a JSON answer; without one the answer is plain text.
        meaning: describes the answer; without it the summary does.
        request: the shape of the body, if it has one.
        shapes: others that `request` refers to.
        problems: status to meaning.
        items_may_fail: an answer of status 422 has the shape of `answer` too.
    """

    id: str
    summary: str
    answer: type[BaseModel] | None = None
    meaning: str = ""
    request: type[BaseModel] | None = None
    example: Mapping[str, Any] | None = None
    shapes: Sequence[type[BaseModel]] = ()
    problems: Mapping[int, str] = field(default_factory=dict)
    items_may_fail: bool = False
    security: Security | None = None


@dataclass(frozen=True)
class Endpoint:
    """A path and a method that are served.

    Args:
        path: as Starlette writes it, with its parameters in braces.
        task: what its requests are counted for; none if they are not counted. These take POST, need a key if keys are
            configured, and are refused while the worker drains.
    """

    method: str
    path: str
    handler: Callable[[Request], Awaitable[Response]]
    operation: Operation
    task: str | None = None
