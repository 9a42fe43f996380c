from __future__ import annotations

from pathlib import Path

from seqserve import tasks
from seqserve.registry import artifact
from seqserve.tag.predictor import Tagger
from testing.tiny import tag as tiny_tag
from training.tag.names import lists, origins


def test_each_origin_has_its_recall_over_all_sentences(tmp_path: Path) -> None:
    tagger = tasks.load(artifact.publish(tmp_path, tiny_tag.release()))
    assert isinstance(tagger, Tagger)
    recall = origins.recall(tagger, "person")
    assert recall.keys() == lists.measured().keys()
    assert all((50 * share) == round(50 * share) for share in recall.values())
