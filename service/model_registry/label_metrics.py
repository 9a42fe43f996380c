"""What tasks that answer labels measure of them: how often each is answered, and its share in the training part."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client import Counter

from service.model_registry.loaded_models import Loaded
from service.model_registry.model_gauges import ModelGauge, Sample

NAMES = ("model", "version", "class")
"""The labels of the metrics."""


def beginning(counter: Counter) -> Callable[[Loaded], None]:
    """What makes a counter of labels for a version as it is loaded: one that begins with zero can be seen to rise."""

    def begin(loaded: Loaded) -> None:
        for name in loaded.predictor.classes:
            counter.labels(loaded.key.name, loaded.key.version, name)

    return begin


def reference_share(name: str, meaning: str) -> ModelGauge:
    """The gauge of the share of each label in the training part."""
    return ModelGauge(name, meaning, NAMES, _shares)


def _shares(loaded: Loaded) -> Iterator[Sample]:
    for name, share in loaded.reference.label_shares.items():
        yield [loaded.key.name, loaded.key.version, name], share
