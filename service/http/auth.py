"""Authentication: the admin token for routes that change what is served, and API keys for predictions."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from pydantic import SecretStr
from starlette.requests import Request

from service.http.problems import Problem


class AdminToken:
    """Accepts requests that carry the admin token.

    Args:
        token: none means that no request is accepted.
    """

    def __init__(self, token: SecretStr | None) -> None:
        self._token = None if token is None else token.get_secret_value().encode()

    def check(self, request: Request) -> None:
        """Check that a request carries the token, as `Authorization: Bearer <token>`.

        Raises:
            Problem: 403 no token is configured, 401 the request carries another or none.
        """
        if self._token is None:
            detail = "this needs the admin token, and the service was started without one: set SEQSERVE_ADMIN_TOKEN"
            raise Problem(403, "no-admin-token", detail)
        if not hmac.compare_digest(bearer(request), self._token):
            detail = "send the admin token: 'Authorization: Bearer <token>'"
            raise Problem(401, "wrong-admin-token", detail, headers={"WWW-Authenticate": "Bearer"})


class ApiKeys:
    """Accepts requests that carry one of the API keys; if none is configured, no request needs one.

    Args:
        names: SHA-256 of a key, in hexadecimal, to its owner. Keys are random, so that their hashes need no salt.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = {bytes.fromhex(digest): name for digest, name in names.items()}

    def __bool__(self) -> bool:
        return bool(self._names)

    def owner(self, request: Request) -> str:
        """The owner of the key that a request carries, as `Authorization: Bearer <key>` or `X-API-Key: <key>`.

        Raises:
            Problem: 401 it carries another or none.
        """
        sent = hashlib.sha256(bearer(request) or request.headers.get("x-api-key", "").encode("latin-1")).digest()
        owner = None
        for digest, name in self._names.items():  # compare all, so that the time reveals nothing
            if hmac.compare_digest(sent, digest):
                owner = name
        if owner is None:
            detail = "send an API key: 'Authorization: Bearer <key>', or 'X-API-Key: <key>'"
            raise Problem(401, "unauthorized", detail, headers={"WWW-Authenticate": "Bearer"})
        return owner


def new_key() -> tuple[str, str]:
    """A random key and its SHA-256 in hexadecimal."""
    key = secrets.token_urlsafe(32)
    return key, hashlib.sha256(key.encode()).hexdigest()


def bearer(request: Request) -> bytes:
    """The token that a request carries, as it was sent; empty if it carries none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip().encode("latin-1") if scheme.lower() == "bearer" else b""
