from __future__ import annotations

import pytest
from pydantic import SecretStr
from starlette.requests import Request

from service.http.auth import AdminToken
from service.http.problems import Problem

TOKEN = "sésame, ouvre-toi !"


def request(authorization: str | None) -> Request:
    headers = [] if authorization is None else [(b"authorization", authorization.encode())]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_the_admin_token_is_let_through(scheme: str) -> None:
    AdminToken(SecretStr(TOKEN)).check(request(f"{scheme} {TOKEN}"))


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer ", "Bearer sésame", f"Bearer {TOKEN}!", TOKEN, f"Basic {TOKEN}"]
)
def test_any_other_is_not(authorization: str | None) -> None:
    with pytest.raises(Problem) as caught:
        AdminToken(SecretStr(TOKEN)).check(request(authorization))
    assert caught.value.status == 401
    assert caught.value.headers == {"WWW-Authenticate": "Bearer"}
    assert TOKEN not in caught.value.detail


@pytest.mark.parametrize("authorization", [None, "Bearer ", "Bearer None", f"Bearer {TOKEN}"])
def test_without_one_configured_nobody_is(authorization: str | None) -> None:
    with pytest.raises(Problem) as caught:
        AdminToken(None).check(request(authorization))
    assert caught.value.status == 403
