"""The metrics of labelled texts."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import Counter

from service.model_registry.loaded_models import Loaded
from service.model_registry.model_gauges import ModelGauge, Sample

PREDICTED_CLASSES = Counter(
    "seqserve_predicted_classes_total", "Texts by the class they were given.", ["model", "version", "class"]
)


def begin_counters(loaded: Loaded) -> None:
    """Make the metrics of a version now: a counter that begins with zero can be seen to rise."""
    for name in loaded.predictor.classes:
        PREDICTED_CLASSES.labels(loaded.key.name, loaded.key.version, name)


def _label_shares(loaded: Loaded) -> Iterator[Sample]:
    for name, share in loaded.reference.label_shares.items():
        yield [loaded.key.name, loaded.key.version, name], share


REFERENCE_CLASS_SHARE = ModelGauge(
    "seqserve_reference_class_share",
    "Of texts of the training part.",
    ["model", "version", "class"],
    _label_shares,
)
