from __future__ import annotations

from pathlib import Path

import pytest

from seqserve.registry.store import Key, Store
from service.http.problems import Problem
from service.model_registry.models_route import listed, shown
from service.model_registry.reloader import LiveRegistry
from service.model_registry.schemas import ModelDetail, ModelList
from testing import tiny


@pytest.fixture
def root(tmp_path: Path) -> Path:
    tiny.publish(tmp_path)
    tiny.publish(tmp_path, tiny.release(seed=1), label=None)
    Store(tmp_path).label(Key("forecast", "tiny", "2"), "canary", share=0.5)
    return tmp_path


def test_the_list_has_its_shape(root: Path) -> None:
    found = ModelList.model_validate(listed(LiveRegistry(root, 1).current))
    (model,) = found.models
    assert (model.task, model.name, model.default) == ("forecast", "tiny", True)
    assert (model.labels, model.shares) == ({"stable": "1", "canary": "2"}, {"canary": 0.5})
    assert [(version.version, version.loaded) for version in model.versions] == [("1", True), ("2", True)]


def test_a_model_is_shown_with_what_is_known_of_it(root: Path) -> None:
    found = ModelDetail.model_validate(shown(LiveRegistry(root, 1).current, "forecast", "tiny"))
    assert (found.version, found.licence) == ("1", "Apache-2.0")
    assert found.signature is not None
    assert found.signature["window"] == 8
    assert all(version.created for version in found.versions)


def test_a_label_that_could_not_be_followed_is_told(root: Path) -> None:
    live = LiveRegistry(root, 1)
    (root / "forecast" / "tiny" / "2" / "model.onnx").write_bytes(b"damaged")
    tiny.publish(root, tiny.failing(tiny.release(seed=2)))
    found = shown(live.refresh(), "forecast", "tiny")
    assert found["labels"]["stable"] == "1"
    assert found["refused_labels"] == {"stable": "3"}
    assert "example 1" in found["versions"][2]["refused"]


@pytest.mark.parametrize(("task", "name"), [("forecast", "none"), ("none", "tiny")])
def test_a_model_that_is_not_there_is_not_found(root: Path, task: str, name: str) -> None:
    with pytest.raises(Problem) as caught:
        shown(LiveRegistry(root, 1).current, task, name)
    assert caught.value.status == 404
