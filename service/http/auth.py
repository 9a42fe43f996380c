"""Authentication: admin tokens for routes that change what is served, and API keys for predictions."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from pydantic import SecretStr
from starlette.requests import Request

from service.http.key_ring import KeyRing
from service.http.problems import Problem
from service.http.rate_limits import RateLimits, Rates
from service.settings import Settings

ADMIN = "admin"
"""The name of the token that has none."""


class AdminTokens:
    """Accepts requests that carry an admin token.

    Args:
        token: one without a name.
        named: those that have one.
    """

    def __init__(self, token: SecretStr | None, named: KeyRing) -> None:
        self._token = None if token is None else token.get_secret_value().encode()
        self._named = named

    def owner(self, request: Request) -> str:
        """Whose token a request carries, as `Authorization: Bearer <token>`; the log has the name.

        Raises:
            Problem: 403 no token is configured, 401 the request carries another or none.
        """
        if self._token is None and not self._named:
            detail = "this needs the admin token, and the service was started without one: set SEQSERVE_ADMIN_TOKEN"
            raise Problem(403, "no-admin-token", detail)
        sent = bearer(request)
        owner = self._named.owner(sent)
        if self._token is not None and hmac.compare_digest(sent, self._token):
            owner = ADMIN
        if owner is None:
            detail = "send the admin token: 'Authorization: Bearer <token>'"
            raise Problem(401, "wrong-admin-token", detail, headers={"WWW-Authenticate": "Bearer"})
        request.state.caller = owner
        return owner


class ApiKeys:
    """Accepts requests that carry one of the API keys; if none is configured, no request needs one."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def __bool__(self) -> bool:
        return bool(self._keys)

    def owner(self, request: Request) -> str:
        """The owner of the key that a request carries, as `Authorization: Bearer <key>` or `X-API-Key: <key>`.

        DeepL's clients say `DeepL-Auth-Key` instead of `Bearer`.

        Raises:
            Problem: 401 it carries another or none.
        """
        return self.owner_of(_key(request), request)

    def owner_of(self, key: bytes, request: Request) -> str:
        """The owner of a key that came with a request.

        Raises:
            Problem: 401 there is none.
        """
        owner = self._keys.owner(key)
        if owner is None:
            detail = "send an API key: 'Authorization: Bearer <key>', or 'X-API-Key: <key>'"
            raise Problem(401, "unauthorized", detail, headers={"WWW-Authenticate": "Bearer"})
        request.state.caller = owner
        return owner

    def knows(self, request: Request) -> bool:
        """Whether a request carries a right key."""
        return self._keys.owner(_key(request)) is not None

    @staticmethod
    def are_sent(request: Request) -> bool:
        """Whether the headers of a request hold a key, right or wrong."""
        return bool(_key(request))


@dataclass(frozen=True)
class Access:
    """Who may do what, and how much of it."""

    keys: ApiKeys
    admins: AdminTokens
    rates: RateLimits
    rings: tuple[KeyRing, ...] = ()

    @classmethod
    def of(cls, settings: Settings, *, tells: bool = True) -> Access:
        """As the settings say.

        Args:
            tells: whether the log has a line when a file of keys has changed; one of several workers tells it.
        """
        keys, tokens = (
            KeyRing(listed, file, setting, tells=tells)
            for listed, (setting, file) in zip(
                (settings.api_keys, settings.admin_tokens), settings.key_files.items(), strict=True
            )
        )
        rates = Rates(
            settings.key_requests_per_second, settings.key_items_per_second, settings.key_burst_seconds
        ).split(settings.workers)
        return cls(ApiKeys(keys), AdminTokens(settings.admin_token, tokens), RateLimits(rates), (keys, tokens))

    def admit(self, request: Request, key: bytes | None = None) -> None:
        """Let a request in if its key is right and its owner has not sent too many.

        Args:
            key: if it did not come in the headers.

        Raises:
            Problem: 401 it carries no right key, 429 its owner has sent too many.
        """
        if self.keys:
            owner = self.keys.owner(request) if key is None else self.keys.owner_of(key, request)
            request.state.take_items = self.rates.take_request(owner)

    def reread(self) -> None:
        """Read the files of keys that have changed."""
        for ring in self.rings:
            ring.reread()


def new_key() -> tuple[str, str]:
    """A random key and its SHA-256 in hexadecimal."""
    key = secrets.token_urlsafe(32)
    return key, hashlib.sha256(key.encode()).hexdigest()


def bearer(request: Request, *schemes: str) -> bytes:
    """The token that a request carries, as it was sent; empty if it carries none.

    Args:
        schemes: that are taken beside `bearer`.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip().encode("latin-1") if scheme.lower() in ("bearer", *schemes) else b""


def _key(request: Request) -> bytes:
    return bearer(request, "deepl-auth-key") or request.headers.get("x-api-key", "").encode("latin-1")
