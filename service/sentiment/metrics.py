"""The metrics of labelled texts."""

from __future__ import annotations

from prometheus_client import Counter

from service.model_registry import label_metrics

PREDICTED_CLASSES = Counter(
    "seqserve_predicted_classes_total", "Texts by the class they were given.", label_metrics.NAMES
)
begin_counters = label_metrics.beginning(PREDICTED_CLASSES)
REFERENCE_CLASS_SHARE = label_metrics.reference_share(
    "seqserve_reference_class_share", "Of texts of the training part."
)
