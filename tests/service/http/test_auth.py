from __future__ import annotations

import pytest
from pydantic import SecretStr
from starlette.requests import Request

from service.http.auth import ADMIN, AdminTokens, new_key
from service.http.key_ring import KeyRing
from service.http.problems import Problem

TOKEN = "sésame, ouvre-toi !"


def tokens(token: str | None, **named: str) -> AdminTokens:
    listed = {digest: name for name, digest in named.items()}
    return AdminTokens(None if token is None else SecretStr(token), KeyRing(listed))


def request(authorization: str | None) -> Request:
    headers = [] if authorization is None else [(b"authorization", authorization.encode())]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_the_admin_token_is_let_through(scheme: str) -> None:
    assert tokens(TOKEN).owner(request(f"{scheme} {TOKEN}")) == ADMIN


@pytest.mark.parametrize("token", [None, TOKEN])
def test_a_named_token_is_let_through_by_its_name(token: str | None) -> None:
    anna, digest = new_key()
    asked = request(f"Bearer {anna}")
    assert tokens(token, anna=digest).owner(asked) == "anna"
    assert asked.state.caller == "anna"
    with pytest.raises(Problem) as caught:
        tokens(token, anna=digest).owner(request(f"Bearer {digest}"))
    assert caught.value.status == 401


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer ", "Bearer sésame", f"Bearer {TOKEN}!", TOKEN, f"Basic {TOKEN}"]
)
def test_any_other_is_not(authorization: str | None) -> None:
    with pytest.raises(Problem) as caught:
        tokens(TOKEN).owner(request(authorization))
    assert caught.value.status == 401
    assert caught.value.headers == {"WWW-Authenticate": "Bearer"}
    assert TOKEN not in caught.value.detail


@pytest.mark.parametrize("authorization", [None, "Bearer ", "Bearer None", f"Bearer {TOKEN}"])
def test_without_one_configured_nobody_is(authorization: str | None) -> None:
    with pytest.raises(Problem) as caught:
        tokens(None).owner(request(authorization))
    assert caught.value.status == 403
