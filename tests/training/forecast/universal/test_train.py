import json
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from seqserve.core import predictor
from seqserve.forecast.predictor import Forecaster
from seqserve.registry import artifact
from seqserve.registry.store import Store
from training import __main__ as command
from training.core.download import DataError
from training.forecast.universal import sources, train
from training.forecast.universal.sources import SeriesSet


def tiny_sets() -> list[SeriesSet]:
    random = np.random.default_rng(0)

    def series(season: int, length: int) -> np.ndarray:
        return 50 + 10 * np.sin(2 * np.pi * np.arange(length) / season) + random.standard_normal(length)

    return [
        SeriesSet("monthly", "M", 12, 6, "made here", "none", [series(12, 80) for _ in range(12)]),
        SeriesSet("m1_yearly", "Y", 1, 4, "made here", "none", [series(5, 30) for _ in range(12)]),
    ]


@pytest.mark.slow
def test_a_tiny_pretraining_publishes_a_version_that_serves(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(sources, "sets", tiny_sets)
    flags = ["--steps", "4", "--pool", "2", "--models", str(tmp_path), "--checkpoints", str(tmp_path / "checkpoints")]
    assert command.main(["universal", *flags]) == 0
    assert "labelled stable" in capsys.readouterr().out
    version = Store(tmp_path).read(Store(tmp_path).resolve("forecast", "universal", "1"))
    found = predictor.load(Forecaster, version)
    (answer,) = found.predict([found.query(values=[1.0, 2.0, 3.0, 4.0], horizon=3, levels=[90])])
    assert len(answer.mean) == 3
    metrics = json.loads(version.file("metrics.json"))
    assert set(metrics["sets"]) == {"monthly", "m1_yearly"}
    assert metrics["sets"]["monthly"]["seen"]
    assert not metrics["sets"]["m1_yearly"]["seen"]
    assert "Never seen: m1_yearly" in version.file(artifact.CARD).decode()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Callable[[], keras.Model]:
    """A network of a few units, which needs no graph."""
    from training.forecast.universal import network, pretrain

    def built() -> keras.Model:
        return network.build((network.Member(units=3, width=3, decoder=3),))

    def compiled(learning_rate: float) -> keras.Model:
        model = built()
        model.compile(keras.optimizers.AdamW(learning_rate), network.Pinball(), run_eagerly=True)
        return model

    monkeypatch.setattr(pretrain, "compiled", compiled)
    return built


@pytest.mark.slow
def test_more_steps_go_on_from_a_checkpoint(tmp_path: Path, small: Callable[[], keras.Model], capsys) -> None:
    from training.forecast.universal import pretrain
    from training.forecast.universal.config import UniversalJob
    from training.forecast.universal.windows import Recipe

    def config(steps: int) -> UniversalJob:
        return UniversalJob.model_validate({"schedule": {"steps": steps}, "fit": {"pool": 2, "batch": 16}})

    recipe = Recipe([], 1.0)
    pretrain.run(config(3), recipe, tmp_path)
    pretrain.run(config(5), recipe, tmp_path)
    assert "resumed after step 3" in capsys.readouterr().out
    assert json.loads((tmp_path / "state.json").read_text()) == {"step": 5}
    assert [path.name for path in tmp_path.glob("*.h5")] == ["5-network.weights.h5"]


@pytest.mark.slow
def test_weights_to_go_on_from_are_those_training_begins_with(tmp_path: Path, small: Callable[[], keras.Model]) -> None:
    from training.forecast.universal import network, pretrain
    from training.forecast.universal.config import UniversalJob
    from training.forecast.universal.windows import Recipe

    start = small()
    start.set_weights([weights + 0.125 for weights in start.get_weights()])
    once = {"schedule": {"steps": 1}, "fit": {"pool": 2, "batch": 16, "learning_rate": 1e-9}}
    found = pretrain.run(UniversalJob.model_validate(once), Recipe([], 1.0), tmp_path, network.saved(start))
    for one, other in zip(found.get_weights(), start.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_weights_that_are_not_there_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no such file; it is the weights\.npz of a version of universal"):
        train._weights(tmp_path / "weights.npz")
