"""Gauges of the versions that are loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from seqserve.registry.label_files import LABELS, SHARES
from seqserve.registry.store import Key
from service.model_registry.loaded_models import Loaded, Registry
from service.monitoring.metrics import (
    ITEMS,
    MODEL_BYTES,
    MODEL_INFO,
    MODEL_LOADED,
    MODEL_REFUSED,
    MODELS_UNREADABLE,
)

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

    The worker that is scraped reports them, so that no stale gauge must be removed; versions that only others have
    loaded on demand are missing.

    Args:
        own: task to the gauges of its versions alone; two tasks may have one in common.
    """

    def __init__(self, registry: Registry, own: Mapping[str, Sequence[ModelGauge]]) -> None:
        self._loaded = list(registry.loaded.values())
        self._own = own

    def collect(self) -> Iterator[Metric]:
        for gauge in _GAUGES:
            yield _family(gauge, self._loaded)
        own = {gauge.name: gauge for gauges in self._own.values() for gauge in gauges}  # each is exported once
        for gauge in own.values():
            tasks = {task for task, gauges in self._own.items() if gauge in gauges}
            yield _family(gauge, [loaded for loaded in self._loaded if loaded.key.task in tasks])


def set_loaded(registry: Registry, before: Registry, on_loaded: Mapping[str, Callable[[Loaded], None]]) -> None:
    """Set the gauges that say which versions are loaded, refused or unreadable; those of what is gone are 0.

    Args:
        on_loaded: task to what makes the counters of its versions.
    """
    for key in before.loaded.keys() - registry.loaded.keys():
        MODEL_LOADED.labels(*_labels(key)).set(0)
    new = {key: held for key, held in registry.loaded.items() if before.loaded.get(key) is not held}
    for key, held in new.items():
        MODEL_LOADED.labels(*_labels(key)).set(held.loaded_at)
        for outcome in ("ok", "failed"):  # a counter that begins with zero can be seen to rise
            ITEMS.labels(*_labels(key), outcome)
        if key.task in on_loaded:
            on_loaded[key.task](held)
    changed = registry.loaded.keys() | before.loaded.keys()
    if registry.catalog is before.catalog:
        changed = registry.loaded.keys() ^ before.loaded.keys()
    was, now = _labelled(before, changed), _labelled(registry, changed)
    for labels in was | now:
        MODEL_INFO.labels(*labels).set(labels in now)
    for key in registry.refused.keys() ^ before.refused.keys():
        MODEL_REFUSED.labels(*_labels(key)).set(key in registry.refused)
    if registry.tree is not before.tree:
        was, now = _unreadable(before), _unreadable(registry)
        for labels in was | now:
            MODELS_UNREADABLE.labels(*labels).set(labels in now)
    for task in {*registry.catalog.tasks(), *before.catalog.tasks()}:
        MODEL_BYTES.labels(task).set(sum(held.size for key, held in registry.loaded.items() if key.task == task))


def _labelled(registry: Registry, keys: Set[Key]) -> set[tuple[str, ...]]:
    """Task, model, version and each label of those versions that are loaded; the label of one without is empty."""
    return {
        (*_labels(key), label)
        for key in keys & registry.loaded.keys()
        for label in registry.catalog.labels_of(key) or [""]
    }


def _unreadable(registry: Registry) -> set[tuple[str, ...]]:
    """Task, model and version of what cannot be read; a file of labels stands for its directory."""
    directories = (way[:-1] if way[-1] in (LABELS, SHARES) else way for way in registry.tree.unreadable)
    return {(*way, *[""] * (3 - len(way))) for way in directories}


def _family(gauge: ModelGauge, loaded: Sequence[Loaded]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(gauge.name, gauge.meaning, labels=gauge.labels)
    for held in loaded:
        for labels, value in gauge.samples(held):
            family.add_metric(labels, value)
    return family


def _labels(key: Key) -> tuple[str, str, str]:
    return key.task, key.name, key.version


def _version(held: Loaded) -> list[str]:
    return [*_labels(held.key)]


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
