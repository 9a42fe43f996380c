from __future__ import annotations

from pathlib import Path

from prometheus_client import REGISTRY

from service.model_registry.reloader import LiveRegistry
from service.tag.metrics import REFERENCE_ENTITY_SHARE, begin_counters
from testing import tiny
from testing.tiny import tag as tiny_tag


def test_every_label_of_a_version_begins_with_zero_and_has_its_share(tmp_path: Path) -> None:
    tiny.publish(tmp_path, tiny_tag.release("counted-tags"))
    (loaded,) = LiveRegistry(tmp_path, 1).current.loaded.values()
    labels = {"model": "counted-tags", "version": "1", "class": "person"}
    assert REGISTRY.get_sample_value("seqserve_found_entities_total", labels) is None
    begin_counters(loaded)
    assert REGISTRY.get_sample_value("seqserve_found_entities_total", labels) == 0
    shares = {tuple(labelled): share for labelled, share in REFERENCE_ENTITY_SHARE.samples(loaded)}
    assert shares == {("counted-tags", "1", name): share for name, share in loaded.reference.label_shares.items()}
