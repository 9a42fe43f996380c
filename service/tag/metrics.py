"""The metrics of tagged texts."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import Counter

from service.model_registry.loaded_models import Loaded
from service.model_registry.model_gauges import ModelGauge, Sample

FOUND_ENTITIES = Counter(
    "seqserve_found_entities_total", "Entities that were found, by their label.", ["model", "version", "class"]
)
REPLACED = Counter(
    "seqserve_replaced_spans_total",
    "Stretches of texts that were replaced, by what they were.",
    ["model", "version", "class"],
)


def begin_counters(loaded: Loaded) -> None:
    """Make the metrics of a version now: a counter that begins with zero can be seen to rise."""
    for name in loaded.predictor.classes:
        FOUND_ENTITIES.labels(loaded.key.name, loaded.key.version, name)


def _label_shares(loaded: Loaded) -> Iterator[Sample]:
    for name, share in loaded.reference.label_shares.items():
        yield [loaded.key.name, loaded.key.version, name], share


REFERENCE_ENTITY_SHARE = ModelGauge(
    "seqserve_reference_entity_share",
    "Of the entities of the training part.",
    ["model", "version", "class"],
    _label_shares,
)
