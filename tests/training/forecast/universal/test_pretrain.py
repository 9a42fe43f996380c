from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import keras
import numpy as np
import pytest

from training.forecast.universal import network, pretrain, windows
from training.forecast.universal.config import UniversalJob
from training.forecast.universal.network import Member
from training.forecast.universal.windows import Chunk, Recipe

CONFIG = UniversalJob.model_validate(
    {"schedule": {"steps": 7}, "fit": {"pool": 2, "batch": 16, "steps_a_chunk": 2, "learning_rate": 0.01}}
)


def test_the_learning_rate_rises_stays_and_falls_to_nothing() -> None:
    config = UniversalJob.model_validate({"schedule": {"steps": 10_000, "decay": 0.3}})
    rates = [pretrain._rate(config, step) for step in range(10_001)]
    assert rates[0] < 0.01 * config.fit.learning_rate
    assert rates[200] == rates[6999] == config.fit.learning_rate
    assert (np.diff(rates[:200]) > 0).all()
    assert (np.diff(rates[7001:]) < 0).all()
    assert rates[-1] == pytest.approx(0)


@pytest.mark.slow
@pytest.mark.parametrize("stop", [3, 4])
def test_a_training_that_was_stopped_ends_as_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """Stopped amid the steps of a chunk, and where a new one is due."""
    monkeypatch.setattr(windows, "WINDOWS", 16)

    def compiled(learning_rate: float) -> keras.Model:
        keras.utils.set_random_seed(0)
        model = network.build((Member(units=3, width=3, decoder=3),))
        optimizer = keras.optimizers.AdamW(learning_rate, weight_decay=1e-4, global_clipnorm=1.0)
        model.compile(optimizer=optimizer, loss=network.Pinball(), run_eagerly=True)
        return model

    @contextmanager
    def chunks(recipe: Recipe, seed: int, first: int) -> Iterator[Iterator[Chunk]]:
        yield (recipe.chunk(seed, number) for number in count(first))

    monkeypatch.setattr(pretrain, "compiled", compiled)
    monkeypatch.setattr(pretrain, "_chunks", chunks)
    monkeypatch.setattr(pretrain, "_on_signal", lambda: lambda: False)
    recipe = Recipe([], 1.0)
    whole = pretrain.run(CONFIG, recipe, tmp_path / "whole").get_weights()

    looks = count()
    monkeypatch.setattr(pretrain, "_on_signal", lambda: lambda: next(looks) >= stop)
    with pytest.raises(KeyboardInterrupt):
        pretrain.run(CONFIG, recipe, tmp_path / "parts")
    monkeypatch.setattr(pretrain, "_on_signal", lambda: lambda: False)
    parts = pretrain.run(CONFIG, recipe, tmp_path / "parts").get_weights()
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(other, one, atol=1e-6)
