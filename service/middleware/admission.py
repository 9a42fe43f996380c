"""Decides which requests are let in, before their bodies are read, and maps every error to a problem."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from seqserve.errors import NotFoundError
from service.errors import ServiceError
from service.http import problems
from service.http.auth import ApiKeys
from service.http.problems import Problem
from service.monitoring.logs import fields
from service.phase import Phase
from service.server.http_protocol import CROWDED

logger = logging.getLogger(__name__)

_FOR_OPERATORS = frozenset({"/livez", "/readyz", "/metrics"})


class Admission:
    """Wraps the app.

    Args:
        predictions: the paths that need a key, if there are any, and that are closed while the worker drains.
    """

    def __init__(self, app: ASGIApp, predictions: Collection[str], keys: ApiKeys, phase: Phase) -> None:
        self._app = app
        self._predictions = frozenset(predictions)
        self._keys = keys
        self._phase = phase

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state: dict[str, Any] = scope["state"]
        try:
            self._check(scope, state)
            await self._app(scope, receive, send)
            return
        except ClientDisconnect:
            raise
        except Problem as refused:
            problem = refused
        except (ServiceError, NotFoundError) as refused:
            problem = problems.from_error(refused)
        except HTTPException as refused:
            problem = problems.from_router(refused)
        except asyncio.CancelledError:
            if not self._phase.draining:
                raise
            problem = _draining("the service stops, and this request would have taken longer than it may")
        except Exception:
            logger.exception("request failed", extra=fields(request_id=state["request_id"]))
            problem = problems.internal()
        state["problem"] = problem.kind
        if "status" in state:
            raise ConnectionAbortedError("half an answer is out: all that is left is to cut the connection")
        await problem.response()(scope, receive, send)

    def _check(self, scope: Scope, state: dict[str, Any]) -> None:
        path = scope["path"]
        if CROWDED in state and path not in _FOR_OPERATORS:
            detail = "too many connections are open already; keep one and use it again, or come again later"
            raise Problem(503, "too-many-connections", detail, headers={"Retry-After": "1", "Connection": "close"})
        if path in self._predictions:
            if self._phase.draining:
                raise _draining("the service stops; another instance, or this one in a while, will answer")
            if self._keys:
                state["caller"] = self._keys.owner(Request(scope))


def _draining(detail: str) -> Problem:
    return Problem(503, "draining", detail, headers={"Retry-After": "1", "Connection": "close"})
