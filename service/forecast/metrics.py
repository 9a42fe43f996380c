"""The metrics of forecasts."""

from __future__ import annotations

import math
from collections.abc import Iterator

from prometheus_client import Counter, Histogram

from seqserve.forecast.predictor import Forecaster
from service.model_registry.loaded_models import Loaded
from service.model_registry.model_gauges import ModelGauge, Sample

_SCALES = (0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 25, 100)
MOST_SCALES = _SCALES[-1]
"""Larger errors count as this, so that a value in a wrong unit does not outweigh all others."""

RESIDUAL = Histogram(
    "seqserve_forecast_residual_scaled",
    "Absolute errors of forecasts, over the model's naive scale.",
    ["model", "version"],
    buckets=_SCALES,
)
INTERVAL_HITS = Counter(
    "seqserve_interval_hits_total",
    "Values that came, by whether they lie in their interval.",
    ["model", "version", "level", "hit"],
)
OUT_OF_RANGE = Counter(
    "seqserve_out_of_range_values_total", "Values outside the range the scaler was fitted on.", ["model"]
)
FILLED = Counter("seqserve_filled_values_total", "Gaps filled.", ["model"])


def begin_counters(loaded: Loaded) -> None:
    """Make the metrics of a version now: a counter that begins with zero can be seen to rise."""
    assert isinstance(loaded.predictor, Forecaster)
    key = loaded.key
    RESIDUAL.labels(key.name, key.version)
    for level in loaded.predictor.levels:
        for hit in ("yes", "no"):
            INTERVAL_HITS.labels(key.name, key.version, str(level), hit)


def _mase(loaded: Loaded) -> Iterator[Sample]:
    """The error on the test part, if `metrics.json`, whose content is not validated, states it."""
    match loaded.metrics:
        case {"test": {"mase": float(mase)}} if math.isfinite(mase):
            yield [loaded.key.name, loaded.key.version], mase


REFERENCE_MASE = ModelGauge(
    "seqserve_reference_mase", "Mean scaled error of forecasts of the test part.", ["model", "version"], _mase
)
