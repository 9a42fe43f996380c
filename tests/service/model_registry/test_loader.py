from __future__ import annotations

from pathlib import Path

import pytest

from seqserve.registry import tree_scan
from seqserve.registry.store import Key, Store
from service.model_registry.loaded_models import Registry, nothing
from service.model_registry.loader import Loader
from service.model_registry.tree_snapshot import TreeSnapshot
from testing import tiny

FIRST, SECOND = Key("forecast", "tiny", "1"), Key("forecast", "tiny", "2")


def load(
    root: Path, before: Registry | None = None, *, keep: int = 3, also: Key | None = None, retry: bool = False
) -> Registry:
    """Load whatever is served."""
    before = before or nothing(TreeSnapshot.nothing(root))
    store, scan = Store(root), tree_scan.scan(root)
    loader = Loader(store, TreeSnapshot.of(store, scan, before.tree), scan.files, before, 1, retry)
    registry = loader.arrange(keep, {}, also)
    while missing := registry.served - registry.loaded.keys() - registry.refused.keys():
        for key in missing:
            loader.attempt(key)
        registry = loader.arrange(keep, {}, also)
    return registry


def damage(root: Path, key: Key) -> None:
    (root / key.task / key.name / key.version / "model.onnx").write_bytes(b"damaged")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    tiny.publish(tmp_path)
    return tmp_path


def test_a_version_is_loaded_with_what_its_files_say(root: Path) -> None:
    loaded = load(root).loaded[FIRST]
    assert loaded.metrics["test"] == {"mase": 0.9}
    assert loaded.examples[0].keys() == {"values", "levels"}
    assert loaded.reference.deciles.keys() == {"value"}
    assert loaded.inputs.bins.keys() == {"value"}


def test_what_has_not_changed_is_not_loaded_again(root: Path) -> None:
    before = load(root)
    tiny.publish(root, tiny.release(seed=1))
    after = load(root, before)
    assert after.loaded[FIRST] is before.loaded[FIRST]
    assert after.loaded.keys() == {FIRST, SECOND}


def test_only_labelled_and_the_newest_versions_are_loaded(root: Path) -> None:
    for seed in range(1, 5):
        tiny.publish(root, tiny.release(seed=seed), label=None)
    assert {key.version for key in load(root, keep=1).loaded} == {"1", "5"}
    assert {key.version for key in load(root, keep=2).loaded} == {"1", "4", "5"}
    assert {key.version for key in load(root, keep=1, also=SECOND).loaded} == {"1", "2", "5"}


def test_a_label_on_a_bad_version_stays_where_it_was(root: Path) -> None:
    before = load(root)
    tiny.publish(root, tiny.release(seed=1))
    damage(root, SECOND)
    after = load(root, before)
    assert SECOND in after.refused
    assert after.catalog.labels("forecast", "tiny") == {"stable": "1"}
    assert after.tree.labels("forecast", "tiny") == {"stable": "2"}


def test_a_bad_version_takes_no_share(root: Path) -> None:
    tiny.publish(root, tiny.release(seed=1), label=None)
    Store(root).label(SECOND, "canary", share=0.5)
    damage(root, SECOND)
    assert load(root).catalog.shares("forecast", "tiny") == {}


def test_a_loaded_version_whose_files_go_bad_or_away_serves_on(root: Path) -> None:
    before = load(root)
    damage(root, FIRST)
    after = load(root, before)
    assert after.loaded[FIRST].predictor is before.loaded[FIRST].predictor
    assert not after.refused


def test_a_refused_version_gets_another_chance_when_asked_or_changed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = root / "forecast" / "tiny" / "1" / "model.onnx"
    good = file.read_bytes()
    damage(root, FIRST)
    before = load(root)
    assert load(root, before).refused[FIRST] is before.refused[FIRST]
    assert load(root, before, retry=True).refused[FIRST] is not before.refused[FIRST]
    file.write_bytes(good)
    assert FIRST in load(root, before).loaded


def test_a_version_that_fails_its_examples_is_refused(root: Path) -> None:
    key = tiny.publish(root, tiny.failing(tiny.release("failing")))
    found = load(root)
    assert key in found.refused
    assert "example 1" in found.refused[key].reason
