"""The ASGI app: which path is answered by what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from service.forecast.actuals_route import ActualsRoute
from service.forecast.route import ForecastRoute
from service.http import openapi, pages
from service.http.auth import Keys
from service.http.json_response import json_response
from service.http.problems import Problem
from service.inference.batcher import Batcher, Limits
from service.inference.items_route import ItemsRoute
from service.inference.pipeline import Pipeline
from service.inference.prediction_route import PredictionRoute
from service.middleware.admission import Admission
from service.middleware.telemetry import Observed
from service.model_registry.labels_route import ReleaseRoutes
from service.model_registry.models_route import ModelRoutes
from service.model_registry.reloader import LiveRegistry
from service.monitoring import metrics, publisher
from service.monitoring.model_gauges import Described
from service.sentiment.route import SentimentRoute
from service.server.http_protocol import Phase
from service.settings import Settings
from service.translation.route import TranslateRoute

_CORS_SENT = ["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"]
_CORS_READ = ["Retry-After", "X-Request-ID"]
_PREDICTIONS: tuple[type[PredictionRoute[Any]], ...] = (ForecastRoute, SentimentRoute, TranslateRoute)
_POSTS: tuple[type[ItemsRoute[Any]], ...] = (*_PREDICTIONS, ActualsRoute)


def create_app(
    settings: Settings, live: LiveRegistry, infer: Executor, prepare: Executor, phase: Phase | None = None
) -> ASGIApp:
    """The whole service as an ASGI app, for models that are loaded already.

    Args:
        infer: where batches are inferred.
        prepare: where what is long is prepared and finished, so that no batch waits for it.
        phase: says when the worker is to take no more predictions; without it, it never is.
    """
    phase = phase or Phase()
    limits = Limits(settings.max_batch_steps, settings.max_queue_steps, settings.max_wait_seconds)
    pipeline = Pipeline(Batcher(infer, limits), prepare, settings.deadline_seconds)
    keys = Keys(settings.api_keys)
    models, releases = ModelRoutes(live, keys), ReleaseRoutes(settings, live)
    description = openapi.describe(_POSTS)

    async def ready(request: Request) -> Response:
        if phase.draining:
            raise Problem(503, "draining", "the service stops", headers={"Retry-After": "1"})
        if not live.current.is_ready():
            raise Problem(503, "not-ready", "a task's default model is not loaded; the log says why")
        return PlainTextResponse("ready\n")

    async def measured(request: Request) -> Response:
        publisher.tell(live, phase)
        content, media_type = await run_in_threadpool(metrics.exposition, Described(live.current))
        return Response(content, media_type=media_type)

    async def describe(request: Request) -> Response:
        return json_response(description)

    posts = {kind.path: kind(settings, live, pipeline).post for kind in _PREDICTIONS}
    posts[ActualsRoute.path] = ActualsRoute(settings, live, prepare).post
    routes = [
        *(Route(path, post, methods=["POST"]) for path, post in posts.items()),
        Route("/models", models.index, methods=["GET"]),
        Route("/models/{task}/{name}", models.show, methods=["GET"]),
        Route("/models/{task}/{name}/examples/{version}", models.examples, methods=["GET"]),
        Route("/models/{task}/{name}/labels/{label}", releases.label, methods=["PUT"]),
        Route("/models/refresh", releases.refresh, methods=["POST"]),
        Route("/livez", _live, methods=["GET"]),
        Route("/readyz", ready, methods=["GET"]),
        Route("/metrics", measured, methods=["GET"]),
        Route("/openapi.json", describe, methods=["GET"]),
        *pages.routes(),
    ]
    app: ASGIApp = Admission(_Routed(routes, posts), posts, keys, phase)
    if settings.cors_origins:
        app = CORSMiddleware(app, settings.cors_origins, ["GET", "POST"], _CORS_SENT, expose_headers=_CORS_READ)
    return Observed(app, {kind.path: kind.task for kind in _POSTS})


class _Routed:
    """Finds who answers a request.

    Args:
        posts: what is asked for most, path to handler; found without a walk through all routes.
    """

    def __init__(
        self, routes: Sequence[BaseRoute], posts: Mapping[str, Callable[[Request], Awaitable[Response]]]
    ) -> None:
        self._router = Router(routes, redirect_slashes=False)
        self._posts = posts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        post = self._posts.get(scope["path"])
        if post is not None and scope.get("method") == "POST":
            response = await post(Request(scope, receive, send))
            await response(scope, receive, send)
        else:
            scope["app"] = self  # with an app around it, Starlette's router raises what it refuses
            await self._router(scope, receive, send)


async def _live(request: Request) -> Response:
    return PlainTextResponse("alive\n")
