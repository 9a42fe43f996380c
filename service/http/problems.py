"""Errors of a whole request, as problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

import orjson
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.responses import Response

from seqserve.errors import NotFoundError
from service.errors import (
    ColdError,
    DeadlineError,
    NotLoadedError,
    QueueFullError,
    RefusedError,
    ServiceError,
    UnreadableError,
)

MEDIA_TYPE = "application/problem+json"
_MOST_ERRORS = 20
_LONGEST_POINTER = 200


@dataclass(frozen=True)
class Dialect:
    """How a protocol tells problems.

    Args:
        statuses: the kind of a problem, or its status, to the status that clients of the protocol know for it.
    """

    media_type: str = MEDIA_TYPE
    statuses: Mapping[str | int, int] = field(default_factory=dict)

    def told(self, problem: Problem) -> Problem:
        """The same problem with the protocol's status."""
        status = self.statuses.get(problem.kind, self.statuses.get(problem.status, problem.status))
        return replace(problem, status=status)


OWN = Dialect()


@dataclass
class Problem(Exception):  # noqa: N818, the word is the RFC's
    """An error of a whole request.

    Args:
        kind: a stable word for programs; it ends the problem's `type` and is a metric's `reason`.
        detail: for people: what was wrong, what was expected, what to do.
        errors: which parts of the body are wrong, as (JSON pointer, detail).
    """

    status: int
    kind: str
    detail: str
    errors: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] | None = None

    def response(self, dialect: Dialect = OWN) -> Response:
        told = dialect.told(self)
        return Response(told.body(), told.status, told.headers, dialect.media_type)

    def body(self) -> bytes:
        """The problem as JSON; `error` and `message` are where clients of other protocols look for its detail."""
        body: dict[str, Any] = {
            "type": f"urn:seqserve:problem:{self.kind}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "error": self.detail,
            "message": self.detail,
        }
        if self.errors:
            body["errors"] = [{"pointer": pointer, "detail": detail} for pointer, detail in self.errors]
        return orjson.dumps(body)


def wrong_shape(errors: Sequence[tuple[str, str]]) -> Problem:
    """A problem that lists the wrong parts of a body."""
    pointer, detail = errors[0]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Problem(422, "wrong-shape", f"{pointer or 'the body'}: {detail}{more}", errors[:_MOST_ERRORS])


def from_validation(error: ValidationError) -> Problem:
    """The problem for a body that pydantic found wrong."""
    return wrong_shape([(_pointer(found["loc"]), told(found)) for found in error.errors(include_url=False)])


def told(found: ErrorDetails) -> str:
    """One of pydantic's errors, in terms of JSON and without the names of our classes."""
    return "must be a JSON object" if found["type"] == "model_type" else found["msg"]


def internal() -> Problem:
    """The problem for a fault of the service; what happened is in the log, never in the answer."""
    return Problem(500, "internal", "the service failed at this request; its log has the reason under the request id")


def draining(detail: str) -> Problem:
    """The problem for a request that the service does not take, or finish, since it stops."""
    return Problem(503, "draining", detail, headers={"Retry-After": "1", "Connection": "close"})


def from_error(error: ServiceError | NotFoundError) -> Problem:
    """The problem for an error of a model or a queue."""
    match error:
        case NotFoundError():
            return Problem(404, "no-such-model", str(error))
        case NotLoadedError():
            return Problem(404, "version-not-loaded", str(error))
        case RefusedError():
            return Problem(503, "model-refused", str(error))
        case UnreadableError():
            return Problem(503, "model-unreadable", str(error))
        case ColdError():
            return Problem(503, "model-loading", str(error), headers={"Retry-After": "1"})
        case QueueFullError():
            return Problem(503, "queue-full", str(error), headers={"Retry-After": str(error.retry_after)})
        case DeadlineError():
            return Problem(504, "deadline", str(error))
    raise TypeError(f"no problem is stated for {error!r}")


def from_router(error: HTTPException) -> Problem:
    """The problem for what Starlette's router refuses."""
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "GET, HEAD")  # files are refused without the header
        return Problem(405, "wrong-method", f"this path takes {allowed}", headers={"Allow": allowed})
    if error.status_code == 404:
        return Problem(404, "no-such-path", "there is nothing at this path; GET /docs shows what there is")
    return Problem(error.status_code, "refused", error.detail, headers=error.headers)


def _pointer(location: tuple[int | str, ...]) -> str:
    """A JSON pointer, RFC 6901; shortened, since it may contain a client's own text."""
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in location)
    return "".join(f"/{part}" for part in parts)[:_LONGEST_POINTER]
