"""The metrics of all tasks. Each label takes one of a few values, never a client's own text.

The metrics of a single task are in `service/<task>/metrics.py`.

`PROMETHEUS_MULTIPROC_DIR` must be set before this is imported if several processes serve: then each
writes files of numbers there, and any of them answers for all; see `service.server.worker_slot`.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from typing import Any, TypeVar

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

Child = TypeVar("Child", Counter, Gauge, Histogram)

_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LOAD_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_TOKENS = (8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 16_384)
_ITEMS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)


def version_gauge(name: str, about: str, *more: str) -> Gauge:
    """A gauge of each version, with `more` labels; of what the workers say, the largest is true."""
    return Gauge(name, about, ["task", "model", "version", *more], multiprocess_mode="livemax")


REQUESTS = Counter("seqserve_requests_total", "Requests answered.", ["task", "status"])
REQUEST_SECONDS = Histogram(
    "seqserve_request_duration_seconds", "From the request's head to its answer.", ["task"], buckets=_SECONDS
)
ITEMS = Counter("seqserve_items_total", "Items of requests.", ["task", "model", "version", "outcome"])
PREDICTION_SECONDS = Histogram(
    "seqserve_prediction_duration_seconds",
    "From items to results, of requests that got some; to compare versions by.",
    ["task", "model", "version"],
    buckets=_SECONDS,
)
STAGE_SECONDS = Histogram(
    "seqserve_stage_duration_seconds",
    "Stages: preprocess, queue and postprocess once a request, infer once a batch.",
    ["task", "stage"],
    buckets=_SECONDS,
)
BATCH_ITEMS = Histogram("seqserve_batch_items", "Items inferred together.", ["task"], buckets=_ITEMS)
STEPS = Counter("seqserve_steps_total", "Steps that networks ran; of translators those of the encoder.", ["task"])
PADDING = Counter("seqserve_padding_steps_total", "Those of them that were padding.", ["task"])
QUEUE_ITEMS = Gauge("seqserve_queue_items", "Items that wait.", ["task"], multiprocess_mode="livesum")
REJECTIONS = Counter("seqserve_rejections_total", "Requests refused as a whole.", ["task", "reason"])
REFUSED_CONNECTIONS = Counter(
    "seqserve_refused_connections_total", "Connections closed for what was no request, or no whole one.", ["reason"]
)
MODEL_INFO = version_gauge("seqserve_model_info", "1 for every loaded version and each of its labels.", "label")
MODEL_LOADED = version_gauge("seqserve_model_loaded_timestamp_seconds", "When a version was loaded.")
MODEL_REFUSED = version_gauge("seqserve_model_refused", "1 for every version that is damaged, or failed its self-test.")
MODEL_LOADS = Counter("seqserve_model_loads_total", "Versions that were loaded, or not.", ["task", "outcome"])
MODEL_LOAD_SECONDS = Histogram(
    "seqserve_model_load_duration_seconds",
    "To read a version, build its predictor and replay its examples.",
    ["task"],
    buckets=_LOAD_SECONDS,
)
MODEL_BYTES = Gauge(
    "seqserve_model_bytes", "Memory of the loaded versions, as estimated.", ["task"], multiprocess_mode="livesum"
)
MODELS_CHECKED = Gauge(
    "seqserve_models_checked_timestamp_seconds",
    "When the models tree was last read without an error; of the worker that is furthest behind.",
    multiprocess_mode="livemin",
)
MODELS_UNREADABLE = version_gauge(
    "seqserve_models_unreadable",
    "1 for every directory of the models tree, or its file of labels, that cannot be read.",
)
MODELS_SYNCS = Counter(
    "seqserve_models_syncs_total", "Looks of each worker at the object storage of the models tree.", ["outcome"]
)
MODELS_SYNCED = Gauge(
    "seqserve_models_synced_timestamp_seconds",
    "When the object storage of the models tree was last read.",
    multiprocess_mode="livemax",
)
MODELS_UNSYNCED = Gauge(
    "seqserve_models_unsynced_files",
    "Versions and files of labels in the object storage that were refused, and not copied.",
    multiprocess_mode="livemax",
)
READY_WORKERS = Gauge("seqserve_ready_workers", "Workers that are ready and do not drain.", multiprocess_mode="livesum")
INPUT_VALUES = Counter(
    "seqserve_input_values_total",
    "Values that models were asked about, by the bins of seqserve_reference_share.",
    ["task", "model", "version", "feature", "bin"],
)
_LOADED = "seqserve_model_loaded_timestamp_seconds"
_OF_MODELS = (
    "seqserve_model_info",
    _LOADED,
    "seqserve_model_refused",
    "seqserve_models_unreadable",
    "seqserve_models_synced_timestamp_seconds",
)
INPUT_TOKENS = Histogram(
    "seqserve_input_tokens", "Tokens of a text, before it is cut.", ["task", "model"], buckets=_TOKENS
)
UNKNOWN_TOKENS = Counter(
    "seqserve_unknown_tokens_total", "Tokens that the vocabulary does not have.", ["task", "model"]
)
TRUNCATED = Counter(
    "seqserve_truncated_items_total", "Texts that were cut, or of which a sentence was divided.", ["task", "model"]
)


_children: dict[tuple[Any, ...], Any] = {}


def of(metric: Child, *labels: object) -> Child:
    """The child of a metric with these labels, as `labels` returns it, in a tenth of the time."""
    key = (metric, *labels)
    child: Child | None = _children.get(key)
    if child is None:
        child = _children[key] = metric.labels(*labels)
    return child


def exposition(*described: Collector) -> tuple[bytes, str]:
    """Everything measured by all processes, and its media type.

    Args:
        described: collectors of what is computed as it is scraped.
    """
    registry = CollectorRegistry()
    for collector in described:
        registry.register(collector)
    registry.register(_Held(MultiProcessCollector(None) if os.environ.get(_DIRECTORY) else REGISTRY))  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Held(Collector):
    """Leaves out versions that are not loaded by any process: with several processes their series cannot be removed.

    Gauges of what is gone are 0, or no number. A counter goes on where it was if its version is loaded again.
    """

    def __init__(self, collector: Collector) -> None:
        self._collector = collector

    def collect(self) -> Iterator[Metric]:
        collected = list(self._collector.collect())
        for metric in collected:
            if metric.name in _OF_MODELS:
                metric.samples = [sample for sample in metric.samples if sample.value]
            elif metric.type == "gauge":
                metric.samples = [sample for sample in metric.samples if not math.isnan(sample.value)]
        loaded = {_version(sample) for metric in collected if metric.name == _LOADED for sample in metric.samples}
        for metric in collected:
            if metric.name not in _OF_MODELS:
                metric.samples = [s for s in metric.samples if _version(s) is None or _version(s) in loaded]
            yield metric


def _version(sample: Sample) -> tuple[str, str] | None:
    """The model and the version that a sample is about; the task is not stated by each metric."""
    labels = sample.labels
    return (labels["model"], labels["version"]) if {"model", "version"} <= labels.keys() else None
