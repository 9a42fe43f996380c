from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from seqserve.errors import NotFoundError
from seqserve.registry.store import Key, Store
from service.errors import NotLoadedError, RefusedError
from service.model_registry.loaded_models import Registry
from service.model_registry.reloader import LiveRegistry
from service.model_registry.residency import Policy
from testing import tiny


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A model of two versions, the second with a canary label, and another that is not the default."""
    tiny.publish(tmp_path)
    tiny.publish(tmp_path, tiny.release(seed=1), label="canary")
    tiny.publish(tmp_path, tiny.release("other"))
    Store(tmp_path).set_default("forecast", "tiny")
    return tmp_path


def registry(root: Path, keep: int = 3) -> Registry:
    return LiveRegistry(root, 1, Policy(keep)).current


@pytest.mark.parametrize(
    ("name", "version", "found"),
    [
        (None, None, ("tiny", "1")),
        ("tiny", None, ("tiny", "1")),
        ("tiny", "stable", ("tiny", "1")),
        ("tiny", "canary", ("tiny", "2")),
        ("tiny", "2", ("tiny", "2")),
        (None, "2", ("tiny", "2")),
        ("other", None, ("other", "1")),
    ],
)
def test_a_request_means_a_version(root: Path, name: str | None, version: str | None, found: tuple[str, str]) -> None:
    served = registry(root)
    assert served.resolve("forecast", name, version).key == Key("forecast", *found)
    assert served.find("forecast", name, version) == Key("forecast", *found)


@pytest.mark.parametrize(
    ("task", "name", "version", "message"),
    [
        ("forecast", "none", None, "no model 'none'; there are: other, tiny"),
        ("forecast", "tiny", "9", "no version or label '9'; versions: 1, 2; labels: canary, stable"),
        ("forecast", "", None, "no model ''"),
        ("forecast", None, "", "no version or label ''"),
        ("sentiment", None, None, "no model for sentiment; tasks that have one: forecast"),
    ],
)
def test_what_there_is_not_is_told_with_what_there_is(
    root: Path, task: str, name: str | None, version: str | None, message: str
) -> None:
    with pytest.raises(NotFoundError) as caught:
        registry(root).resolve(task, name, version)
    assert message in str(caught.value)


def test_a_label_takes_its_share_of_the_requests_that_name_no_version(root: Path) -> None:
    Store(root).label(Key("forecast", "tiny", "2"), "canary", share=0.25)
    served = registry(root)
    drawn = Counter(served.resolve("forecast", None, None).key.version for _ in range(4_000))
    assert 800 < drawn["2"] < 1200
    assert drawn["1"] + drawn["2"] == 4_000
    assert {served.resolve("forecast", None, "stable").key.version for _ in range(100)} == {"1"}


def test_a_label_with_all_of_the_traffic_gets_all_of_it(root: Path) -> None:
    Store(root).label(Key("forecast", "tiny", "2"), "canary", share=1)
    served = registry(root)
    assert {served.resolve("forecast", "tiny", None).key.version for _ in range(100)} == {"2"}


def test_the_share_of_a_label_that_is_not_there_goes_to_the_stable_version(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (root / "forecast" / "tiny" / "shares.json").write_text('{"gone": 1.0}')
    served = registry(root)
    assert served.resolve("forecast", None, None).key.version == "1"
    assert "forecast/tiny: there is no label gone" in caplog.text


def test_a_refused_version_is_told_from_one_that_is_not_loaded(root: Path) -> None:
    tiny.publish(root, tiny.release("bad"))
    (root / "forecast" / "bad" / "1" / "model.onnx").write_bytes(b"damaged")
    for seed in (2, 3):
        tiny.publish(root, tiny.release("many", seed=seed), label="stable")
    served = registry(root, keep=1)
    with pytest.raises(RefusedError, match="forecast/bad version 1 is damaged"):
        served.resolve("forecast", "bad", None)
    with pytest.raises(NotLoadedError, match="forecast/many version 1 is an old version"):
        served.resolve("forecast", "many", "1")
    assert served.serves("forecast", "many", None)
    assert not served.serves("forecast", "many", "1")
    assert not served.serves("forecast", "bad", None)
    assert not served.serves("forecast", "nothing", None)


def test_it_is_ready_when_every_default_model_is_loaded(root: Path) -> None:
    begun = (LiveRegistry(root, 1, wait=False).current.unready() for _ in range(50))  # some load before they are asked
    [none] = next(filter(None, begun))
    assert none == "forecast/tiny version 1, the default of forecast, is not loaded yet"
    assert registry(root).is_ready()
    (root / "forecast" / "tiny" / "1" / "model.onnx").write_bytes(b"damaged")
    [refused] = registry(root).unready()
    assert refused.startswith("forecast/tiny version 1, the default of forecast, is refused: ")


def test_without_a_default_model_it_is_not_ready_and_says_what_to_do(root: Path) -> None:
    (root / "forecast" / "labels.json").unlink()
    assert registry(root).unready() == [
        "forecast has no default model; make one of other, tiny its default: "
        "python -m seqserve models default forecast/NAME"
    ]
    (root / "forecast" / "labels.json").write_text(json.dumps({"default": "gone"}))
    [missing] = registry(root).unready()
    assert "python -m seqserve models label forecast/gone stable VERSION" in missing


def test_without_models_it_is_not_ready(tmp_path: Path) -> None:
    assert registry(tmp_path).unready() == [
        "no model is found yet; train one, or say in SEQSERVE_MODELS where the models are"
    ]
