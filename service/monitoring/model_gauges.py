"""What the metrics say of the versions that are loaded."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from seqserve.forecast.predictor import Forecaster
from service.forecast import accuracy
from service.model_registry.loaded_models import Loaded, Registry
from service.monitoring.metrics import ITEMS, MODEL_INFO, MODEL_LOADED, PREDICTED_CLASSES

_VERSION = ["task", "model", "version"]


class Described(Collector):
    """What stands in the files of loaded versions.

    It is the same in every worker: the one that is asked says it, and nobody has to unsay it of what is gone.
    """

    def __init__(self, registry: Registry) -> None:
        self._loaded = list(registry.loaded.values())

    def collect(self) -> Iterator[Metric]:
        created = _gauge("model_created_timestamp_seconds", "When a version was published.", _VERSION)
        unknown = _gauge("reference_unknown_share", "Of tokens of the training part, those not known.", _VERSION)
        classes = _gauge("reference_class_share", "Of texts of the training part.", ["model", "version", "class"])
        mases = _gauge("reference_mase", "Mean scaled error of forecasts of the test part.", ["model", "version"])
        deciles = _gauge("reference_decile", "Of values of the training part.", [*_VERSION, "feature", "decile"])
        shares = _gauge("reference_share", "Of values of the training part, by bin.", [*_VERSION, "feature", "bin"])
        for held in self._loaded:
            version, reference = _version(held), held.reference
            created.add_metric(version, held.manifest.created.timestamp())
            if reference.unknown_share is not None:
                unknown.add_metric(version, reference.unknown_share)
            mase = _mase(held.metrics)
            if mase is not None:
                mases.add_metric(version[1:], mase)
            for name, share in reference.label_shares.items():
                classes.add_metric([*version[1:], name], share)
            for name, values in reference.deciles.items():
                for number, value in enumerate(values):
                    deciles.add_metric([*version, name, str(number)], value)
            for name, found in held.inputs.bins.items():
                for number, share in zip(found.numbers, found.shares, strict=True):
                    shares.add_metric([*version, name, str(number)], share)
        yield from (created, unknown, classes, mases, deciles, shares)


def describe_models(registry: Registry, before: Registry) -> None:
    """Set the gauges that say which versions are loaded; those of what was there before and is gone are 0."""
    loaded = {tuple(_version(held)): held.loaded_at for held in registry.loaded.values()}
    gone = dict.fromkeys((tuple(_version(held)) for held in before.loaded.values()), 0.0)
    for version, loaded_at in {**gone, **loaded}.items():
        MODEL_LOADED.labels(*version).set(loaded_at)
    for held in registry.loaded.values():  # a counter that begins with zero can be seen to rise
        for outcome in ("ok", "failed"):
            ITEMS.labels(*_version(held), outcome)
        if isinstance(held.predictor, Forecaster):
            accuracy.begin(held.key, held.predictor.config)
        for name in held.predictor.classes:
            PREDICTED_CLASSES.labels(held.key.name, held.key.version, name)
    labelled = _labelled(registry)
    for labels in _labelled(before) | labelled:
        MODEL_INFO.labels(*labels).set(labels in labelled)


def _labelled(registry: Registry) -> set[tuple[str, str, str, str]]:
    """Task, model, version and each label of every loaded version; the label of one that has none is empty."""
    return {
        (key.task, key.name, key.version, label)
        for key in registry.loaded
        for label in registry.catalog.labels_of(key) or [""]
    }


def _version(held: Loaded) -> list[str]:
    return [held.key.task, held.key.name, held.key.version]


def _mase(metrics: Any) -> float | None:
    """What a version's metrics say of its test part; nobody has checked them."""
    match metrics:
        case {"test": {"mase": float(mase)}} if math.isfinite(mase):
            return mase
    return None


def _gauge(name: str, meaning: str, labels: list[str]) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"seqserve_{name}", meaning, labels=labels)
