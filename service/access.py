"""Who may do what: the admin token, for routes that change what is served."""

from __future__ import annotations

import hmac

from pydantic import SecretStr
from starlette.requests import Request

from service.problems import Problem


class Admin:
    """Lets those through who know the admin token.

    Args:
        token: none means that nobody does.
    """

    def __init__(self, token: SecretStr | None) -> None:
        self._token = None if token is None else token.get_secret_value().encode()

    def check(self, request: Request) -> None:
        """See that a request carries the token, as `Authorization: Bearer <token>`.

        Raises:
            Problem: 403 there is no token that it could carry, 401 it carries another or none.
        """
        if self._token is None:
            detail = "this needs the admin token, and the service was started without one: set SEQSERVE_ADMIN_TOKEN"
            raise Problem(403, "no-admin-token", detail)
        if not hmac.compare_digest(bearer(request), self._token):
            detail = "send the admin token: 'Authorization: Bearer <token>'"
            raise Problem(401, "wrong-admin-token", detail, headers={"WWW-Authenticate": "Bearer"})


def bearer(request: Request) -> bytes:
    """The token that a request carries, as it was sent; empty if it carries none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip().encode("latin-1") if scheme.lower() == "bearer" else b""
