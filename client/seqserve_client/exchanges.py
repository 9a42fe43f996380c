"""Exchanges with a service, without the network: what is sent, when it is sent again, and what an answer means.

An exchange is a generator that yields each request to send and is given what came. The clients differ only in how they
wait for it.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from seqserve_client.calls import Part, joined
from seqserve_client.errors import RefusedError, UnreachableError

_RETRIED = (429, 503)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0


@dataclass(frozen=True)
class Request:
    """A request to send.

    Args:
        body: JSON, if it has one.
        wait: seconds to wait before it is sent.
    """

    method: str
    path: str
    body: bytes | None
    wait: float


Found = TypeVar("Found")
Exchange = Generator[Request, httpx.Response | httpx.TransportError, Found]


@dataclass(frozen=True)
class Exchanges:
    """The exchanges with a service.

    Args:
        url: of the service, for messages.
        retries: how often a request is sent again if the service is busy or cannot be reached.

    Raises:
        UnreachableError, RefusedError: by each exchange.
    """

    url: str
    retries: int

    def post(self, part: Part) -> Exchange[dict[str, Any]]:
        """The results of a part, which is sent as two halves if the service takes no more."""
        try:
            return _content((yield from self._answered("POST", part.path, part.body())))
        except RefusedError as refused:
            if refused.status != 413 or len(part.items) == 1:
                raise
        one, other = part.halves()
        return joined((yield from self.post(one)), (yield from self.post(other)))

    def models(self) -> Exchange[list[dict[str, Any]]]:
        """Every model, with its versions and labels."""
        response = yield from self._answered("GET", "/models", None)
        found: list[dict[str, Any]] = (response.json() if response.status_code == 200 else _content(response))["models"]
        return found

    def _answered(self, method: str, path: str, body: bytes | None) -> Exchange[httpx.Response]:
        """The answer to a request, which is sent again while the service is busy."""
        wait = 0.0
        for left in reversed(range(self.retries + 1)):
            came = yield Request(method, path, body, wait)
            if isinstance(came, httpx.TransportError):
                if not left or isinstance(came, httpx.ReadTimeout):
                    raise UnreachableError(f"no answer from {self.url}: {came!r}") from came
                told = ""
            else:
                told = came.headers.get("retry-after", "")
                if not left or not told or came.status_code not in _RETRIED:
                    return came
            wait = float(told) if told.isdigit() else _pause(self.retries - left)
        raise AssertionError("a request is sent once at least")


def headers(key: str | None) -> dict[str, str]:
    """Those of every request."""
    return {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}


def _pause(tried: int) -> float:
    """Seconds until a request that was sent `tried` times before is sent again, if the service did not say."""
    return float(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**tried) * random.uniform(0.5, 1))


def _content(response: httpx.Response) -> dict[str, Any]:
    """The body of an answer with results, also if all items failed.

    Raises:
        RefusedError: it has none.
    """
    try:
        content = response.json()
    except ValueError:
        content = {"detail": response.text[:200]}
    if isinstance(content, dict) and "model" in content and response.status_code in (200, 422):
        return content
    problem = content if isinstance(content, dict) else {}
    errors = [(one["pointer"], one["detail"]) for one in problem.get("errors", ())]
    kind = str(problem.get("type", "")).rpartition(":")[2] or "unknown"
    raise RefusedError(response.status_code, kind, str(problem.get("detail", response.reason_phrase)), errors)
