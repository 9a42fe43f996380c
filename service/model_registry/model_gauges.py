"""Gauges of the versions that are loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from service.model_registry.loaded_models import Loaded, Registry
from service.monitoring.metrics import ITEMS, MODEL_INFO, MODEL_LOADED

Sample = tuple[list[str], float]
"""Values of the labels, and the value."""

_VERSION = ["task", "model", "version"]


@dataclass(frozen=True)
class ModelGauge:
    """A gauge whose samples come from the files of a loaded version.

    Args:
        samples: those of one version.
    """

    name: str
    meaning: str
    labels: Sequence[str]
    samples: Callable[[Loaded], Iterable[Sample]]


class ModelGauges(Collector):
    """Collects the gauges of loaded versions.

    They are identical in every worker, so the scraped worker reports them and no stale gauge must be removed.

    Args:
        own: task to the gauges of its versions alone.
    """

    def __init__(self, registry: Registry, own: Mapping[str, Sequence[ModelGauge]]) -> None:
        self._loaded = list(registry.loaded.values())
        self._own = own

    def collect(self) -> Iterator[Metric]:
        for gauge in _GAUGES:
            yield _family(gauge, self._loaded)
        for task, gauges in self._own.items():
            for gauge in gauges:
                yield _family(gauge, [loaded for loaded in self._loaded if loaded.key.task == task])


def set_loaded(registry: Registry, before: Registry, on_loaded: Mapping[str, Callable[[Loaded], None]]) -> None:
    """Set the gauges that say which versions are loaded; those of versions that are gone are 0.

    Args:
        on_loaded: task to what makes the counters of its versions.
    """
    loaded = {tuple(_version(held)): held.loaded_at for held in registry.loaded.values()}
    gone = dict.fromkeys((tuple(_version(held)) for held in before.loaded.values()), 0.0)
    for version, loaded_at in {**gone, **loaded}.items():
        MODEL_LOADED.labels(*version).set(loaded_at)
    for held in registry.loaded.values():
        for outcome in ("ok", "failed"):  # a counter that begins with zero can be seen to rise
            ITEMS.labels(*_version(held), outcome)
        if held.key.task in on_loaded:
            on_loaded[held.key.task](held)
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


def _family(gauge: ModelGauge, loaded: Sequence[Loaded]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(gauge.name, gauge.meaning, labels=gauge.labels)
    for held in loaded:
        for labels, value in gauge.samples(held):
            family.add_metric(labels, value)
    return family


def _version(held: Loaded) -> list[str]:
    return [held.key.task, held.key.name, held.key.version]


def _created(held: Loaded) -> Iterator[Sample]:
    yield _version(held), held.manifest.created.timestamp()


def _unknown_share(held: Loaded) -> Iterator[Sample]:
    if held.reference.unknown_share is not None:
        yield _version(held), held.reference.unknown_share


def _deciles(held: Loaded) -> Iterator[Sample]:
    for name, values in held.reference.deciles.items():
        for number, value in enumerate(values):
            yield [*_version(held), name, str(number)], value


def _bin_shares(held: Loaded) -> Iterator[Sample]:
    for name, found in held.inputs.bins.items():
        for number, share in zip(found.numbers, found.shares, strict=True):
            yield [*_version(held), name, str(number)], share


_GAUGES = (
    ModelGauge("seqserve_model_created_timestamp_seconds", "When a version was published.", _VERSION, _created),
    ModelGauge(
        "seqserve_reference_unknown_share",
        "Of tokens of the training part, those not known.",
        _VERSION,
        _unknown_share,
    ),
    ModelGauge(
        "seqserve_reference_decile", "Of values of the training part.", [*_VERSION, "feature", "decile"], _deciles
    ),
    ModelGauge(
        "seqserve_reference_share",
        "Of values of the training part, by bin.",
        [*_VERSION, "feature", "bin"],
        _bin_shares,
    ),
)
