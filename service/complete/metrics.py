"""The metrics of completed texts."""

from __future__ import annotations

from prometheus_client import Counter

from service.model_registry.loaded_models import Loaded

PREFIXES = Counter(
    "seqserve_completion_prefixes_total",
    "Texts to complete by whether the state after half of them at least was kept.",
    ["model", "version", "kept"],
)


def begin_counters(loaded: Loaded) -> None:
    """Make the metrics of a version now: a counter that begins with zero can be seen to rise."""
    for kept in ("yes", "no"):
        PREFIXES.labels(loaded.key.name, loaded.key.version, kept)
