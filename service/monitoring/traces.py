"""Traces over OTLP: a span for each request, for each of its stages, and for the batches it was inferred in.

Nothing is traced until `start` was called, and then what is called here costs a comparison.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.util import find_spec

from opentelemetry import trace
from opentelemetry.trace import Link, Span, SpanKind, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from service.monitoring.build import own_version

OTLP = "otlp"
_STOP_SECONDS = 2
"""How long to wait, as a worker ends, for the last spans to be sent."""
_NANO = 1e9

_tracer: Tracer | None = None
_stopping: list[threading.Thread] = []
_span: ContextVar[Span | None] = ContextVar("span", default=None)
_propagator = TraceContextTextMapPropagator()


def trouble() -> str:
    """Why traces cannot be sent, for an operator who wants them; empty if they can be."""
    if find_spec("opentelemetry.exporter") is None or find_spec("opentelemetry.exporter.otlp.proto.http") is None:
        return "traces need more packages: pip install 'seqserve[tracing]'"
    for name in ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        if os.environ.get(name, "http/protobuf") != "http/protobuf":
            return f"{name} is {os.environ[name]}, and traces are sent as http/protobuf only"
    return ""


def start() -> None:
    """Send traces from now on, as the `OTEL_` variables say: where to, how many of them, and under which name."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    global _tracer
    named = "OTEL_SERVICE_NAME" in os.environ or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    own = {"service.version": own_version(), "service.instance.id": f"{socket.gethostname()}-{os.getpid()}"}
    resource = Resource.create(own if named else {**own, "service.name": "seqserve"})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _stopping.append(threading.Thread(target=provider.shutdown, name="traces", daemon=True))
    _tracer = provider.get_tracer("seqserve")


def stop() -> None:
    """Send what waits to be sent; a collector that does not answer holds up nobody."""
    global _tracer
    _tracer = None
    while _stopping:
        thread = _stopping.pop()
        thread.start()
        thread.join(_STOP_SECONDS)


def are_on() -> bool:
    """Whether this worker records spans."""
    return _tracer is not None


def current() -> Span | None:
    """The span of the request that is being answered, if it is recorded."""
    span = None if _tracer is None else _span.get()
    return span if span is not None and span.is_recording() else None


def trace_id() -> str | None:
    """The id of the trace that the current request belongs to, recorded or not."""
    span = None if _tracer is None else _span.get()
    return None if span is None else trace.format_trace_id(span.get_span_context().trace_id)


@contextmanager
def request(headers: dict[str, str]) -> Iterator[Span]:
    """A span for a request, which goes on with the trace that its `traceparent` names."""
    assert _tracer is not None
    span = _tracer.start_span("request", _propagator.extract(headers), SpanKind.SERVER)
    token = _span.set(span)
    try:
        yield span
    finally:
        _span.reset(token)
        span.end()


def traceparent(span: Span) -> str:
    """The header that names a span, as W3C Trace Context writes it."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier, trace.set_span_in_context(span))
    return carrier["traceparent"]


def stage(name: str, seconds: float, parent: Span | None) -> None:
    """A span for a stage of a request that has just ended."""
    if _tracer is not None and parent is not None:
        end = time.time_ns()
        _tracer.start_span(name, trace.set_span_in_context(parent), start_time=_before(end, seconds)).end(end)


def batch(requests: Sequence[Span | None], items: int, seconds: float) -> None:
    """A span for a batch that has just been inferred, and one for its part of each request.

    The batch belongs to the trace of its first request and links to all of them; each request links back to it.
    """
    spans = [span for span in requests if span is not None]
    if _tracer is None or not spans:
        return
    end = time.time_ns()
    start = _before(end, seconds)
    numbers = {"seqserve.items": items, "seqserve.requests": len(requests)}
    links = [Link(span.get_span_context()) for span in spans]
    whole = _tracer.start_span(
        "batch", trace.set_span_in_context(spans[0]), attributes=numbers, links=links, start_time=start
    )
    back = [Link(whole.get_span_context())]
    for span in spans:
        _tracer.start_span("infer", trace.set_span_in_context(span), links=back, start_time=start).end(end)
    whole.end(end)


def _before(end: int, seconds: float) -> int:
    return end - int(seconds * _NANO)
