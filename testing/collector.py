"""A receiver of traces over OTLP/HTTP: it decodes what collectors decode, and keeps it."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from testing.prometheus import until


@dataclass(frozen=True)
class Link:
    """Where a link of a span leads."""

    trace: str
    span: str


@dataclass(frozen=True)
class Span:
    """A span as it arrived; ids are in hexadecimal, times in seconds."""

    name: str
    trace: str
    id: str
    parent: str
    begin: float
    end: float
    attributes: dict[str, Any]
    links: list[Link]
    failed: bool
    state: str
    resource: dict[str, Any]


@dataclass
class Collector:
    """A running receiver.

    Attributes:
        requests: how many exports arrived.
    """

    port: int
    spans: list[Span] = field(default_factory=list)
    requests: int = 0

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def trace(self, trace_id: str, spans: int) -> list[Span]:
        """The spans of a trace, by the time they began, once so many have arrived."""
        found = until(
            lambda: [span for span in self.spans if span.trace == trace_id], lambda found: len(found) >= spans
        )
        return sorted(found, key=lambda span: span.begin)


@contextmanager
def collecting(delay: float = 0) -> Iterator[Collector]:
    """Receive until the block ends.

    Args:
        delay: seconds before each answer, as of a collector in trouble.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert (self.path, self.headers["Content-Type"]) == ("/v1/traces", "application/x-protobuf")
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            collector.requests += 1
            collector.spans += _decoded(body)
            time.sleep(delay)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.end_headers()
            self.wfile.write(ExportTraceServiceResponse().SerializeToString())

        def log_message(self, *arguments: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    collector = Collector(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _decoded(body: bytes) -> list[Span]:
    return [
        Span(
            span.name,
            span.trace_id.hex(),
            span.span_id.hex(),
            span.parent_span_id.hex(),
            span.start_time_unix_nano / 1e9,
            span.end_time_unix_nano / 1e9,
            _attributes(span.attributes),
            [Link(link.trace_id.hex(), link.span_id.hex()) for link in span.links],
            span.status.code == 2,
            span.trace_state,
            _attributes(resource.resource.attributes),
        )
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}
