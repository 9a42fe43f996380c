"""The ASGI app: which path is answered by what."""

from __future__ import annotations

from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from service import metrics, openapi
from service.batching import Batcher, Limits
from service.forecast import ForecastRoute
from service.live import LiveRegistry
from service.models import ModelRoutes
from service.observed import Observed
from service.pipeline import Pipeline
from service.prediction import PredictionRoute
from service.problems import Problem
from service.releases import ReleaseRoutes
from service.responses import json_response
from service.sentiment import SentimentRoute
from service.settings import Settings
from service.translate import TranslateRoute

_DOCS = Path(__file__).parent / "docs"
_DOCS_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
_PREDICTIONS: tuple[type[PredictionRoute[Any]], ...] = (ForecastRoute, SentimentRoute, TranslateRoute)


def create_app(settings: Settings, live: LiveRegistry, infer: Executor, prepare: Executor) -> Starlette:
    """The whole service as an ASGI app, for models that are loaded already.

    Args:
        infer: where batches are inferred.
        prepare: where what is long is prepared and finished, so that no batch waits for it.
    """
    limits = Limits(settings.max_batch_steps, settings.max_queue_steps, settings.max_wait_seconds)
    pipeline = Pipeline(Batcher(infer, limits), prepare, settings.deadline_seconds)
    models, releases = ModelRoutes(live), ReleaseRoutes(settings, live)
    description = openapi.describe(_PREDICTIONS)

    async def ready(request: Request) -> Response:
        if not live.current.is_ready():
            raise Problem(503, "not-ready", "a task's default model is not loaded; the log says why")
        return PlainTextResponse("ready\n")

    async def describe(request: Request) -> Response:
        return json_response(description)

    app = Starlette(
        routes=[
            Route("/", _start, methods=["GET"]),
            *(Route(kind.path, kind(settings, live, pipeline).post, methods=["POST"]) for kind in _PREDICTIONS),
            Route("/models", models.index, methods=["GET"]),
            Route("/models/{task}/{name}", models.show, methods=["GET"]),
            Route("/models/{task}/{name}/labels/{label}", releases.label, methods=["PUT"]),
            Route("/models/refresh", releases.refresh, methods=["POST"]),
            Route("/livez", _live, methods=["GET"]),
            Route("/readyz", ready, methods=["GET"]),
            Route("/metrics", _metrics, methods=["GET"]),
            Route("/openapi.json", describe, methods=["GET"]),
            Route("/docs", _docs, methods=["GET"]),
            Mount("/docs", StaticFiles(directory=_DOCS)),
        ],
        middleware=[Middleware(Observed, tasks={kind.path: kind.task for kind in _PREDICTIONS})],
        exception_handlers={Problem: _problem, HTTPException: _http_exception},
    )
    app.router.redirect_slashes = False
    return app


async def _start(request: Request) -> Response:
    return RedirectResponse("docs")


async def _live(request: Request) -> Response:
    return PlainTextResponse("alive\n")


async def _metrics(request: Request) -> Response:
    content, media_type = await run_in_threadpool(metrics.exposition)
    return Response(content, media_type=media_type)


async def _docs(request: Request) -> Response:
    return FileResponse(_DOCS / "index.html", headers={"Content-Security-Policy": _DOCS_POLICY})


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    request.state.problem = error.kind
    return error.response()


async def _http_exception(request: Request, error: Exception) -> Response:
    """What the router itself refuses, in the shape of all our errors."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "GET, HEAD")  # files are refused without the header
        problem = Problem(405, "wrong-method", f"this path takes {allowed}", headers={"Allow": allowed})
    elif error.status_code == 404:
        problem = Problem(404, "no-such-path", "there is nothing at this path; GET /docs shows what there is")
    else:
        problem = Problem(error.status_code, "refused", error.detail, headers=error.headers)
    return await _problem(request, problem)
