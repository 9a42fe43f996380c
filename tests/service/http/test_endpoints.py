from __future__ import annotations

import pytest

from seqserve.errors import NotFoundError
from seqserve.registry.store import Key
from service.errors import DeadlineError, NotLoadedError, QueueFullError, RefusedError, ServiceError
from service.http import problems
from service.http.endpoints import BY_ADMIN, BY_KEY, PROBLEMS, PROBLEMS_OF_ADMIN

KEY = Key("forecast", "google", "2")


@pytest.mark.parametrize(
    "error", [NotFoundError("none"), NotLoadedError(KEY), RefusedError(KEY), QueueFullError(1), DeadlineError(1)]
)
def test_the_status_of_every_error_is_described(error: ServiceError | NotFoundError) -> None:
    assert problems.from_error(error).status in PROBLEMS


def test_faults_and_drains_are_described() -> None:
    assert {problems.internal().status, problems.draining("the service stops").status} <= PROBLEMS.keys()


def test_predictions_may_need_no_key_but_operators_always_need_their_token() -> None:
    assert {} in BY_KEY
    assert {} not in BY_ADMIN
    assert set(PROBLEMS_OF_ADMIN) == {401, 403}
