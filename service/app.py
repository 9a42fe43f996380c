"""The ASGI app: endpoints, routes and middleware put together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from service.http import openapi, pages
from service.http.auth import ApiKeys
from service.http.endpoints import Endpoint, Operation
from service.http.json_response import json_response
from service.http.problems import Problem
from service.inference.batcher import Batcher, Limits
from service.inference.items_route import Backend
from service.inference.pipeline import Pipeline
from service.middleware.admission import Admission
from service.middleware.errors import Errors
from service.middleware.telemetry import Telemetry
from service.model_registry.labels_route import LabelRoutes
from service.model_registry.model_gauges import ModelGauges
from service.model_registry.models_route import ModelRoutes
from service.model_registry.reloader import LiveRegistry
from service.monitoring import metrics, publisher
from service.phase import Phase
from service.settings import Settings
from service.tasks import TASKS

_CORS_SENT = ["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"]
_CORS_READ = ["Retry-After", "X-Request-ID"]


def create_app(
    settings: Settings, live: LiveRegistry, infer: Executor, prepare: Executor, phase: Phase | None = None
) -> ASGIApp:
    """The whole service as an ASGI app, for models that are loaded already.

    Args:
        infer: where batches are inferred.
        prepare: where long items are decoded and encoded, so that no batch waits for them.
        phase: says when the worker is to take no more predictions; without it, it never is.
    """
    phase = phase or Phase()
    served = endpoints(settings, live, infer, prepare, phase)
    posts = {endpoint.path: endpoint.handler for endpoint in served if endpoint.task is not None}
    keys = ApiKeys(settings.api_keys)
    app: ASGIApp = Errors(Admission(_Routed(routes(served), posts), posts, keys, phase), phase)
    if settings.cors_origins:
        app = CORSMiddleware(app, settings.cors_origins, ["GET", "POST"], _CORS_SENT, expose_headers=_CORS_READ)
    return Telemetry(app, {endpoint.path: endpoint.task for endpoint in served if endpoint.task is not None})


def endpoints(
    settings: Settings, live: LiveRegistry, infer: Executor, prepare: Executor, phase: Phase
) -> list[Endpoint]:
    """The endpoints of the tasks, of the models, and for operators: all that OpenAPI describes."""
    limits = Limits(settings.max_batch_steps, settings.max_queue_steps, settings.max_wait_seconds)
    pipeline = Pipeline(Batcher(infer, limits), prepare, settings.deadline_seconds)
    backend = Backend(settings, live, pipeline, prepare)
    return [
        *(route(backend).endpoint() for task in TASKS.values() for route in task.routes),
        *ModelRoutes(live, ApiKeys(settings.api_keys)).endpoints(),
        *LabelRoutes(settings, live).endpoints(),
        *_operator_endpoints(live, phase),
    ]


def routes(served: Sequence[Endpoint]) -> list[BaseRoute]:
    """Every path: these endpoints, their description, and the pages for people."""
    description = openapi.describe(served)

    async def describe(request: Request) -> Response:
        return json_response(description)

    return [
        *(Route(endpoint.path, endpoint.handler, methods=[endpoint.method]) for endpoint in served),
        Route("/openapi.json", describe, methods=["GET"]),
        *pages.routes(),
    ]


def is_ready(live: LiveRegistry, phase: Phase) -> bool:
    """Whether this worker takes predictions, and every task's default model is loaded."""
    return not phase.draining and live.current.is_ready()


def _operator_endpoints(live: LiveRegistry, phase: Phase) -> list[Endpoint]:
    gauges = {name: task.gauges for name, task in TASKS.items()}

    async def alive(request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def ready(request: Request) -> Response:
        if phase.draining:
            raise Problem(503, "draining", "the service stops", headers={"Retry-After": "1"})
        if not live.current.is_ready():
            raise Problem(503, "not-ready", "a task's default model is not loaded; the log says why")
        return PlainTextResponse("ready\n")

    async def measured(request: Request) -> Response:
        publisher.publish(partial(is_ready, live, phase))
        content, media_type = await run_in_threadpool(metrics.exposition, ModelGauges(live.current, gauges))
        return Response(content, media_type=media_type)

    is_loaded = "Whether every default model is loaded and proven"
    return [
        Endpoint("GET", "/livez", alive, Operation("live", "Whether the process answers", meaning="Yes.")),
        Endpoint("GET", "/readyz", ready, Operation("ready", is_loaded, meaning="Yes.", problems={503: "No."})),
        Endpoint(
            "GET",
            "/metrics",
            measured,
            Operation("metrics", "Measurements in the text format of Prometheus", meaning="Yes."),
        ),
    ]


class _Routed:
    """Finds the handler of a request.

    Args:
        posts: path to handler of the busiest endpoints, which are found without a walk through all routes.
    """

    def __init__(
        self, routes: Sequence[BaseRoute], posts: Mapping[str, Callable[[Request], Awaitable[Response]]]
    ) -> None:
        self.router = Router(routes, redirect_slashes=False)
        self._posts = posts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        post = self._posts.get(scope["path"])
        if post is not None and scope.get("method") == "POST":
            response = await post(Request(scope, receive, send))
            await response(scope, receive, send)
        else:
            scope["app"] = self  # with an app around it, Starlette's router raises what it refuses
            await self.router(scope, receive, send)
