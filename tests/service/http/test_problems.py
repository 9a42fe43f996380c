from __future__ import annotations

import orjson
import pytest
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException

from seqserve.errors import NotFoundError
from seqserve.registry.store import Key
from service.errors import (
    ColdError,
    DeadlineError,
    NotLoadedError,
    QueueFullError,
    RefusedError,
    ServiceError,
    UnreadableError,
)
from service.http import problems
from service.http.problems import Dialect, Problem

KEY = Key("forecast", "google", "2")


class Point(BaseModel):
    x: int


class Line(BaseModel):
    points: list[Point]


def test_a_problem_has_the_members_of_the_rfc() -> None:
    response = Problem(422, "wrong-shape", "x is wrong", [("/x", "not a number")], {"Retry-After": "1"}).response()
    assert (response.status_code, response.media_type) == (422, "application/problem+json")
    assert response.headers["retry-after"] == "1"
    assert orjson.loads(response.body) == {
        "type": "urn:seqserve:problem:wrong-shape",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "x is wrong",
        "error": "x is wrong",
        "message": "x is wrong",
        "errors": [{"pointer": "/x", "detail": "not a number"}],
    }


def test_a_protocol_has_statuses_and_a_media_type_of_its_own() -> None:
    dialect = Dialect("application/json", {"queue-full": 429, 401: 403})
    statuses = [
        Problem(status, kind, "no").response(dialect).status_code
        for status, kind in ((503, "queue-full"), (503, "model-refused"), (401, "unauthorized"), (404, "no-such-model"))
    ]
    assert statuses == [429, 503, 403, 404]
    response = Problem(401, "unauthorized", "no").response(dialect)
    assert (response.media_type, orjson.loads(response.body)["status"]) == ("application/json", 403)


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (NotFoundError("there is none"), 404, "no-such-model"),
        (NotLoadedError(KEY), 404, "version-not-loaded"),
        (RefusedError(KEY), 503, "model-refused"),
        (QueueFullError(7), 503, "queue-full"),
        (DeadlineError(10), 504, "deadline"),
        (ColdError(Key("forecast", "tiny", "1")), 503, "model-loading"),
        (UnreadableError("forecast"), 503, "model-unreadable"),
    ],
)
def test_errors_of_models_and_queues_are_mapped(error: ServiceError | NotFoundError, status: int, kind: str) -> None:
    found = problems.from_error(error)
    assert (found.status, found.kind, found.detail) == (status, kind, str(error))


def test_a_full_queue_says_when_to_come_again() -> None:
    assert problems.from_error(QueueFullError(7)).headers == {"Retry-After": "7"}


def test_every_error_of_the_service_is_mapped() -> None:
    mapped = {NotLoadedError, ColdError, UnreadableError, RefusedError, QueueFullError, DeadlineError}
    assert set(ServiceError.__subclasses__()) == mapped
    with pytest.raises(TypeError):
        problems.from_error(ServiceError())


def test_a_pointer_leads_to_what_is_wrong() -> None:
    with pytest.raises(ValidationError) as caught:
        Line.model_validate({"points": [{"x": 1}, {"x": "a"}, 3]})
    found = problems.from_validation(caught.value)
    assert [pointer for pointer, _ in found.errors] == ["/points/1/x", "/points/2"]
    assert found.errors[1][1] == "must be a JSON object"
    assert "(and 1 more)" in found.detail


def test_a_pointer_is_escaped_and_short() -> None:
    class Strict(BaseModel, extra="forbid"):
        pass

    with pytest.raises(ValidationError) as caught:
        Strict.model_validate({"a/b~c": 1, "d" * 1000: 1})
    (escaped, _), (long, _) = problems.from_validation(caught.value).errors
    assert escaped == "/a~1b~0c"
    assert len(long) == 200


def test_only_some_of_many_errors_are_listed() -> None:
    found = problems.wrong_shape([(f"/{number}", "wrong") for number in range(100)])
    assert len(found.errors) == 20
    assert found.detail == "/0: wrong (and 99 more)"


@pytest.mark.parametrize(("status", "kind"), [(404, "no-such-path"), (405, "wrong-method"), (400, "refused")])
def test_what_the_router_refuses_is_a_problem(status: int, kind: str) -> None:
    assert problems.from_router(HTTPException(status)).kind == kind


def test_a_wrong_method_lists_the_right_ones() -> None:
    found = problems.from_router(HTTPException(405, headers={"Allow": "POST"}))
    assert found.headers == {"Allow": "POST"}
    assert "POST" in found.detail


def test_our_own_fault_says_nothing_of_what_happened() -> None:
    assert (problems.internal().status, problems.internal().kind) == (500, "internal")
