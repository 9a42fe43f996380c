"""An endpoint: a path and a method, what handles them, what OpenAPI says of it, and how a request finds it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from re import Pattern
from typing import Any, NamedTuple

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path

from service.http.problems import OWN, Dialect

Handler = Callable[[Request], Awaitable[Response]]
Security = Sequence[Mapping[str, list[str]]]
TaskOf = Callable[[Mapping[str, str]], str | None]
"""Tells the task of a request from the parameters of its path; none if they name none."""

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
    429: "The owner of the key has sent too many requests or items: come again after the seconds in Retry-After.",
    500: "The service failed.",
    503: "With Retry-After: the queue is full, the version is being loaded, the service stops, or too many connections "
    "are open; without: the version asked for is damaged, failed its self-test, or cannot be read.",
    504: "The deadline passed.",
}
PROBLEMS_OF_ADMIN: Mapping[int, str] = {
    401: "The request does not carry the admin token.",
    403: "The service was started without an admin token.",
}


class Foreign(NamedTuple):
    """The protocol of another product, and where it is described."""

    name: str
    reference: str


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
        protocol: whose shapes the bodies have, if these are not ours.
        query: the parameters of the query, which may all be left out, and their schemas.
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
    protocol: Foreign | None = None
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Endpoint:
    """A path and a method that are served.

    Args:
        path: as Starlette writes it, with its parameters in braces.
        task: what its requests are counted for, or what tells it; none if they are not counted. Those that are take
            POST, need a key if keys are configured, and are refused while the worker drains.
        dialect: how its problems are told.
        key_in_body: a request without a key in its headers is let in, since its body may hold one; the handler checks.
    """

    method: str
    path: str
    handler: Handler
    operation: Operation
    task: str | TaskOf | None = None
    dialect: Dialect = OWN
    key_in_body: bool = False


class Match(NamedTuple):
    """The endpoint of a request, the parameters of its path, and its task if that is known."""

    endpoint: Endpoint
    parameters: Mapping[str, str]
    task: str | None


class Predictions:
    """The endpoints whose requests are counted; finds that of a request without a walk through all routes.

    Attributes:
        tasks: what is counted.
    """

    def __init__(self, endpoints: Sequence[Endpoint] = ()) -> None:
        counted = [endpoint for endpoint in endpoints if endpoint.task is not None]
        self.tasks = dict.fromkeys(endpoint.task for endpoint in counted if isinstance(endpoint.task, str))
        self._exact: dict[str, Match] = {}
        self._patterns: list[tuple[Pattern[str], Endpoint]] = []
        for endpoint in counted:
            if "{" in endpoint.path:
                self._patterns.append((compile_path(endpoint.path)[0], endpoint))
            else:
                self._exact[endpoint.path] = _match(endpoint, {})

    def find(self, method: str, path: str) -> Match | None:
        """The endpoint of a request; a path without parameters is its endpoint's, whatever the method."""
        if match := self._exact.get(path):
            return match
        for pattern, endpoint in self._patterns:
            if method == endpoint.method and (found := pattern.match(path)):
                return _match(endpoint, found.groupdict())
        return None


def _match(endpoint: Endpoint, parameters: Mapping[str, str]) -> Match:
    task = endpoint.task
    return Match(endpoint, parameters, task(parameters) if callable(task) else task)
