from __future__ import annotations

import os
from pathlib import Path

import pytest

from seqserve.registry import tree_scan
from seqserve.registry.label_files import LABELS
from seqserve.registry.store import Key, Store
from service.model_registry.tree_snapshot import TreeSnapshot
from testing import tiny


def snapshot(root: Path, before: TreeSnapshot | None = None) -> TreeSnapshot:
    return TreeSnapshot.of(Store(root), tree_scan.scan(root), before or TreeSnapshot.nothing(root))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    tiny.publish(tmp_path)
    tiny.publish(tmp_path, tiny.release("other"))
    Store(tmp_path).set_default("forecast", "tiny")
    return tmp_path


def test_labels_that_cannot_be_read_stay_as_they_were_and_are_named(root: Path) -> None:
    before = snapshot(root)
    for labels in (root / "forecast" / "labels.json", root / "forecast" / "tiny" / "labels.json"):
        labels.unlink()
        os.mkfifo(labels)
    after = snapshot(root, before)
    assert after.default("forecast") == "tiny"
    assert after.labels("forecast", "tiny") == {"stable": "1"}
    assert after.labels("forecast", "other") == {"stable": "1"}
    assert after.unreadable.keys() == {("forecast", "labels.json"), ("forecast", "tiny", "labels.json")}
    assert "no regular file" in after.unreadable["forecast", "tiny", "labels.json"]


def test_a_model_whose_directory_cannot_be_read_any_more_stays_as_it_was(root: Path) -> None:
    before = snapshot(root)
    (root / "forecast" / "tiny").rename(root / "elsewhere")
    (root / "forecast" / "tiny").symlink_to("tiny")
    after = snapshot(root, before)
    assert after.models == before.models
    assert after.unreadable.keys() == {("forecast", "tiny")}
    assert snapshot(root).names("forecast") == ["other"], "nothing is known of it if it never was readable"


def test_the_only_model_that_is_left_is_the_default(root: Path) -> None:
    (root / "forecast" / "labels.json").unlink()
    before = snapshot(root)
    assert before.default("forecast") is None
    (root / "forecast" / "other").rename(root / ".other")
    assert snapshot(root, before).default("forecast") == "tiny"


def test_the_only_model_that_may_be_stable_is_the_default(root: Path) -> None:
    (root / "forecast" / "labels.json").unlink()
    Store(root).unlabel("forecast", "other", "stable")
    assert snapshot(root).default("forecast") == "tiny"
    (root / "forecast" / "other" / LABELS).write_text("[")
    assert snapshot(root).default("forecast") is None


def test_labels_that_are_gone_stay_and_those_that_were_removed_do_not(root: Path) -> None:
    before = snapshot(root)
    Store(root).unlabel("forecast", "other", "stable")
    (root / "forecast" / "tiny" / LABELS).unlink()
    after = snapshot(root, before)
    assert after.labels_of(Key("forecast", "other", "1")) == []
    assert after.labels_of(Key("forecast", "tiny", "1")) == ["stable"]
