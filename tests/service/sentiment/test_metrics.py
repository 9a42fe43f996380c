from __future__ import annotations

from pathlib import Path

from prometheus_client import REGISTRY

from service.model_registry.reloader import LiveRegistry
from service.sentiment.metrics import REFERENCE_CLASS_SHARE, begin_counters
from testing import tiny
from testing.tiny import sentiment as tiny_sentiment


def test_every_class_of_a_version_begins_with_zero_and_has_its_share(tmp_path: Path) -> None:
    tiny.publish(tmp_path, tiny_sentiment.release("counted-reviews"))
    (loaded,) = LiveRegistry(tmp_path, 1).current.loaded.values()
    labels = {"model": "counted-reviews", "version": "1", "class": "positive"}
    assert REGISTRY.get_sample_value("seqserve_predicted_classes_total", labels) is None
    begin_counters(loaded)
    assert REGISTRY.get_sample_value("seqserve_predicted_classes_total", labels) == 0
    shares = {tuple(labelled): share for labelled, share in REFERENCE_CLASS_SHARE.samples(loaded)}
    assert shares == {("counted-reviews", "1", name): share for name, share in loaded.reference.label_shares.items()}
    assert sum(shares.values()) == 1
