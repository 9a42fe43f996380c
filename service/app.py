"""The ASGI app: endpoints, routes and middleware put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from service.http import openapi, pages
from service.http.auth import Access
from service.http.endpoints import Endpoint, Match, Operation, Predictions
from service.http.json_response import json_response
from service.http.problems import Problem
from service.inference.batcher import Batcher, Limits
from service.inference.items_route import Backend
from service.inference.pipeline import Pipeline
from service.middleware.admission import Admission
from service.middleware.compression import Compression
from service.middleware.errors import Errors
from service.middleware.telemetry import Telemetry
from service.middleware.tracing import Tracing
from service.model_registry.labels_route import LabelRoutes
from service.model_registry.model_gauges import ModelGauges
from service.model_registry.models_route import ModelRoutes
from service.model_registry.reloader import LiveRegistry
from service.monitoring import metrics, publisher, traces
from service.monitoring.build import BuildInfo
from service.phase import Phase
from service.prediction_log.accuracy_route import AccuracyRoute
from service.protocols import PROTOCOLS
from service.protocols.protocol import Served
from service.server.worker_processes import WorkerProcesses
from service.settings import Settings
from service.tasks import TASKS

if TYPE_CHECKING:
    from service.prediction_log.log import PredictionLog

_CORS_SENT = [
    *("Authorization", "Content-Type", "X-API-Key", "X-Request-ID", "traceparent", "tracestate"),
    *("Mcp-Protocol-Version", "Mcp-Method", "Mcp-Name", "Mcp-Session-Id"),
]
_CORS_READ = ["Retry-After", "X-Request-ID", "traceparent"]


def create_app(
    settings: Settings,
    live: LiveRegistry,
    infer: Executor,
    prepare: Executor,
    phase: Phase | None = None,
    access: Access | None = None,
    log: PredictionLog | None = None,
) -> ASGIApp:
    """The whole service as an ASGI app.

    Args:
        infer: where batches are inferred.
        prepare: where long items are decoded and encoded, so that no batch waits for them.
        phase: says when the worker is to take no more predictions; without it, it never is.
        access: who may do what; without it, it is made from the settings.
        log: of predictions, if there is one.
    """
    phase, access = phase or Phase(), access or Access.of(settings)
    served = endpoints(settings, live, infer, prepare, phase, access, log)
    app: ASGIApp = Errors(Admission(_Routed(routes(served)), access, phase), phase)
    if settings.cors_origins:
        app = CORSMiddleware(app, settings.cors_origins, ["GET", "POST"], _CORS_SENT, expose_headers=_CORS_READ)
    app = Compression(app, settings.compress_bytes)
    app = Telemetry(app, Predictions(served))
    if traces.are_on():
        app = Tracing(app)
    return ProxyHeadersMiddleware(app, settings.trusted_proxies) if settings.trusted_proxies else app  # type: ignore[arg-type, return-value]


def create_metrics_app(live: LiveRegistry, phase: Phase) -> ASGIApp:
    """What answers on the port of the metrics: these and the probes."""
    served = operator_endpoints(live, phase, with_metrics=True)
    return Telemetry(Errors(_Routed(_by_path(served)), phase), Predictions())


def endpoints(
    settings: Settings,
    live: LiveRegistry,
    infer: Executor,
    prepare: Executor,
    phase: Phase,
    access: Access,
    log: PredictionLog | None = None,
) -> list[Endpoint]:
    """The endpoints of the tasks, of the models, and for operators: all that OpenAPI describes."""
    limits = Limits(settings.max_batch_steps, settings.max_queue_steps, settings.max_wait_seconds)
    pipeline = Pipeline(Batcher(infer, limits), prepare, settings.deadline_seconds)
    backend = Backend(settings, live, pipeline, prepare, log)
    protocols = [protocol(Served(backend, access, phase)) for protocol in PROTOCOLS]
    own = [route(backend).endpoint() for task in TASKS.values() for route in task.routes]
    for protocol in protocols:
        own = list(map(protocol.around, own))
    return [
        *own,
        *LabelRoutes(settings, live, access.admins).endpoints(),  # one of its paths looks like that of a model
        *ModelRoutes(live, access.keys, settings.deadline_seconds).endpoints(),
        AccuracyRoute(log, live, TASKS, access.keys).endpoint(),
        *operator_endpoints(live, phase, with_metrics=settings.metrics_port is None),
        *(endpoint for protocol in protocols for endpoint in protocol.endpoints()),
    ]


def routes(served: Sequence[Endpoint]) -> list[BaseRoute]:
    """Every path: these endpoints, their description, and the pages for people."""
    description = openapi.describe(served)

    async def describe(request: Request) -> Response:
        return json_response(description)

    return [
        *_by_path(served),
        Route("/openapi.json", describe, methods=["GET"]),
        *pages.routes(),
    ]


def _by_path(served: Sequence[Endpoint]) -> list[Route]:
    """A route for each path, so that what is refused is told all of its methods."""
    paths: dict[str, dict[str, Endpoint]] = {}
    for endpoint in served:
        paths.setdefault(endpoint.path, {})[endpoint.method] = endpoint

    def route(path: str, methods: Mapping[str, Endpoint]) -> Route:
        async def handle(request: Request) -> Response:
            return await methods["GET" if request.method == "HEAD" else request.method].handler(request)

        return Route(path, handle, methods=list(methods))

    return [route(path, methods) for path, methods in paths.items()]


def is_ready(live: LiveRegistry, phase: Phase) -> bool:
    """Whether this worker takes predictions, and every task's default model is loaded."""
    return not phase.draining and live.current.is_ready()


def operator_endpoints(live: LiveRegistry, phase: Phase, *, with_metrics: bool) -> list[Endpoint]:
    """The probes, and the metrics unless these have a port of their own."""
    gauges = {name: task.gauges for name, task in TASKS.items()}

    async def alive(request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def ready(request: Request) -> Response:
        if phase.draining:
            raise Problem(503, "draining", "the service stops", headers={"Retry-After": "1"})
        if reasons := live.current.unready():
            raise Problem(503, "not-ready", "; ".join(reasons))
        return PlainTextResponse("ready\n")

    async def measured(request: Request) -> Response:
        publisher.publish(partial(is_ready, live, phase))
        collectors = (ModelGauges(live.current, gauges), BuildInfo(), WorkerProcesses())
        content, media_type = await run_in_threadpool(metrics.exposition, *collectors)
        return Response(content, media_type=media_type)

    is_loaded = "Whether every default model is loaded and proven"
    probes = [
        Endpoint("GET", "/livez", alive, Operation("live", "Whether the process answers", meaning="Yes.")),
        Endpoint("GET", "/readyz", ready, Operation("ready", is_loaded, meaning="Yes.", problems={503: "No."})),
    ]
    text = Operation("metrics", "Measurements in the text format of Prometheus", meaning="Yes.")
    return [*probes, Endpoint("GET", "/metrics", measured, text)] if with_metrics else probes


class _Routed:
    """Finds the handler of a request; that of a prediction is known already."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self.router = Router(routes, redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match: Match | None = scope["state"].get("match") if scope["type"] == "http" else None
        if match is not None and scope["method"] == "POST":
            scope["path_params"] = match.parameters
            response = await match.endpoint.handler(Request(scope, receive, send))
            await response(scope, receive, send)
        else:
            scope["app"] = self  # with an app around it, Starlette's router raises what it refuses
            await self.router(scope, receive, send)
