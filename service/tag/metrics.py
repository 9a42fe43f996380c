"""The metrics of tagged texts."""

from __future__ import annotations

from prometheus_client import Counter

from service.model_registry import label_metrics

FOUND_ENTITIES = Counter(
    "seqserve_found_entities_total", "Entities that were found, by their label.", label_metrics.NAMES
)
REPLACED = Counter(
    "seqserve_replaced_spans_total",
    "Stretches of texts that were replaced, by what they were.",
    label_metrics.NAMES,
)
begin_counters = label_metrics.beginning(FOUND_ENTITIES)
REFERENCE_ENTITY_SHARE = label_metrics.reference_share(
    "seqserve_reference_entity_share", "Of the entities of the training part."
)
