"""Maps every exception to a problem, so that each request gets an answer."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from seqserve.errors import NotFoundError
from service.errors import ServiceError
from service.http import problems
from service.http.problems import OWN, Problem
from service.monitoring.logs import fields
from service.phase import Phase

logger = logging.getLogger(__name__)


class Errors:
    """Wraps the app.

    Args:
        phase: while the worker drains, a request that is cancelled gets an answer too.
    """

    def __init__(self, app: ASGIApp, phase: Phase) -> None:
        self._app = app
        self._phase = phase

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
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
            problem = problems.draining("the service stops, and this request would have taken longer than it may")
        except Exception:
            logger.exception("request failed", extra=fields(request_id=scope["state"]["request_id"]))
            problem = problems.internal()
        state: dict[str, Any] = scope["state"]
        state["problem"] = problem.kind
        if "status" in state:
            raise ConnectionAbortedError("half an answer is out: all that is left is to cut the connection")
        await problem.response(state.get("dialect", OWN))(scope, receive, send)
