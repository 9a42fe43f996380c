"""Traces, as a real receiver of OTLP/HTTP gets them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import getrandbits

import pytest

from testing import tiny
from testing.collector import Collector, collecting
from testing.service_process import CHECKOUT, Running, free_port, running

pytestmark = pytest.mark.slow

SERIES = [{"values": tiny.values(8)}]
SOON = {"OTEL_BSP_SCHEDULE_DELAY": "50"}


@dataclass(frozen=True)
class Traced:
    service: Running
    collector: Collector


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traced]:
    directory = tmp_path_factory.mktemp("traced")
    tiny.publish(directory / "models")
    with collecting() as collector:
        settings = {
            "SEQSERVE_TRACES": "otlp",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
            "SEQSERVE_LOG_FORMAT": "json",
            **SOON,
        }
        with running(directory / "models", directory, **settings) as service:
            yield Traced(service, collector)


def parent(sampled: bool = True) -> tuple[str, str, str]:
    """A trace id, a span id, and the header that names them."""
    trace, span = f"{getrandbits(128):032x}", f"{getrandbits(64):016x}"
    return trace, span, f"00-{trace}-{span}-{'01' if sampled else '00'}"


def test_a_request_goes_on_with_the_trace_of_its_client_and_has_a_span_for_each_stage(traced: Traced) -> None:
    trace, caller, header = parent()
    headers = {"traceparent": header, "X-Request-ID": "traced-1"}
    answer = traced.service.client.post("/forecast", json={"series": SERIES * 3}, headers=headers)
    spans = traced.collector.trace(trace, 6)
    by_name = {span.name: span for span in spans}
    request = by_name["POST /forecast"]
    assert by_name.keys() == {"POST /forecast", "preprocess", "queue", "batch", "infer", "postprocess"}
    assert {span.name: span.parent for span in spans} == {
        name: caller if span is request else request.id for name, span in by_name.items()
    }
    assert answer.headers["traceparent"] == f"00-{trace}-{request.id}-01"
    assert traced.service.logged("traced-1")["trace_id"] == trace
    assert {
        "http.response.status_code": 200,
        "http.route": "/forecast",
        "seqserve.items": 3,
        "seqserve.model": "tiny",
        "seqserve.version": "1",
        "seqserve.request_id": "traced-1",
    }.items() <= request.attributes.items()
    for one, next_ in (("preprocess", "queue"), ("queue", "infer"), ("infer", "postprocess")):
        assert request.begin <= by_name[one].begin <= by_name[next_].begin <= by_name[next_].end <= request.end
    assert request.resource["service.name"] == "seqserve"
    assert not request.failed


def test_a_batch_links_to_its_requests_and_they_to_it(traced: Traced) -> None:
    parents = [parent() for _ in range(24)]
    with ThreadPoolExecutor(24) as pool:
        list(pool.map(lambda one: traced.service.client.post(
            "/forecast", json={"series": SERIES * 40}, headers={"traceparent": one[2]}
        ), parents))  # fmt: skip
    traces = {trace for trace, _, _ in parents}
    for trace in traces:
        traced.collector.trace(trace, 5)
    spans = [span for span in traced.collector.spans if span.trace in traces]
    requests = {span.id: span.trace for span in spans if span.name == "POST /forecast"}
    batches = {span.id: span for span in spans if span.name == "batch"}
    assert all(link.trace == requests[link.span] for batch in batches.values() for link in batch.links)
    assert {link.trace for batch in batches.values() for link in batch.links} == traces
    assert max(len(batch.links) for batch in batches.values()) > 1
    inferred = [span for span in spans if span.name == "infer"]
    assert {span.trace for span in inferred} == traces
    for span in inferred:
        (back,) = span.links
        assert span.parent in {link.span for link in batches[back.span].links}


def test_a_refused_request_says_why(traced: Traced) -> None:
    trace, _, header = parent()
    traced.service.client.post("/forecast", json={"model": "none", "series": SERIES}, headers={"traceparent": header})
    (span,) = traced.collector.trace(trace, 1)
    assert (span.attributes["http.response.status_code"], span.attributes["error.type"]) == (404, "no-such-model")


def test_what_the_client_does_not_sample_is_not_sent_and_has_its_trace_in_the_log(traced: Traced) -> None:
    trace, _, header = parent(sampled=False)
    headers = {"traceparent": header, "X-Request-ID": "unsampled-1"}
    answer = traced.service.client.post("/forecast", json={"series": SERIES}, headers=headers)
    assert answer.headers["traceparent"].startswith(f"00-{trace}-")
    assert answer.headers["traceparent"].endswith("-00")
    assert traced.service.logged("unsampled-1")["trace_id"] == trace
    traced.service.client.get("/livez")
    other, _, header = parent()
    traced.service.client.get("/models", headers={"traceparent": header})
    assert [span.name for span in traced.collector.trace(other, 1)] == ["GET /models"]
    names = {span.name for span in traced.collector.spans if span.trace == trace or "livez" in span.name}
    assert names == set()


def test_of_several_headers_tracestate_is_one_list_and_traceparent_is_none(traced: Traced) -> None:
    trace, _, header = parent()
    sent = [("traceparent", header), ("traceparent", parent()[2])]
    answer = traced.service.client.get("/models", headers=sent)
    assert trace not in answer.headers["traceparent"]
    trace, _, header = parent()
    states = [("tracestate", "ours=1"), ("tracestate", "theirs=2")]
    answer = traced.service.client.get("/models", headers=[("traceparent", header), *states])
    assert trace in answer.headers["traceparent"]
    [span] = traced.collector.trace(trace, 1)
    assert span.state == "ours=1,theirs=2"


@pytest.mark.parametrize("header", ["", "00-xyz", f"00-{'0' * 32}-{'0' * 16}-01", "é" * 99])
def test_a_header_that_names_no_trace_begins_a_new_one(traced: Traced, header: str) -> None:
    sent = [(b"traceparent", header.encode())]
    answer = traced.service.client.post("/forecast", json={"series": SERIES}, headers=sent)
    assert answer.status_code == 200
    _, trace, _, sampled = answer.headers["traceparent"].split("-")
    assert len(trace) == 32
    assert int(sampled, 16) & 1


def test_the_last_spans_are_sent_before_the_service_ends(models: Path, tmp_path: Path) -> None:
    trace, _, header = parent()
    with collecting() as collector:
        settings = {"SEQSERVE_TRACES": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint}
        with running(models, tmp_path, OTEL_BSP_SCHEDULE_DELAY="600000", **settings) as service:
            service.client.post("/forecast", json={"series": SERIES}, headers={"traceparent": header})
            assert collector.spans == []
        assert len(collector.trace(trace, 6)) == 6


def test_a_collector_that_is_down_or_stuck_harms_no_request_and_no_stop(models: Path, tmp_path: Path) -> None:
    with collecting(delay=30) as stuck:
        for endpoint in (f"http://127.0.0.1:{free_port()}", stuck.endpoint):
            settings = {"SEQSERVE_TRACES": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, **SOON}
            with running(models, tmp_path, **settings) as service:
                for _ in range(50):
                    assert service.forecast(SERIES).status_code == 200
                begin = time.monotonic()
            assert time.monotonic() - begin < 25  # as without traces; an exporter alone would wait for its collector


def test_without_the_setting_nothing_is_traced_whatever_is_set(models: Path, tmp_path: Path) -> None:
    with collecting() as collector:
        settings = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
            "OTEL_TRACES_EXPORTER": "otlp",
            "OTEL_SDK_DISABLED": "false",
            **SOON,
        }
        with running(models, tmp_path, **settings) as service:
            for _ in range(20):
                answer = service.client.post("/forecast", json={"series": SERIES}, headers={"traceparent": parent()[2]})
                assert "traceparent" not in answer.headers
        assert collector.requests == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SEQSERVE_TRACES": "jaeger"}, "traces: "),
        ({"SEQSERVE_TRACES": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "OTEL_EXPORTER_OTLP_PROTOCOL is grpc"),
    ],
)
def test_what_cannot_be_traced_is_said_at_the_start(settings: dict[str, str], said: str) -> None:
    started = subprocess.run(
        [sys.executable, "-m", "service"], cwd=CHECKOUT, env={**os.environ, **settings}, capture_output=True, text=True
    )
    assert started.returncode == 2
    assert said in started.stderr
