"""A fit ends with its minutes, and its learning rate falls to nothing by then."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from training.core import fitting
from training.core.callbacks import time_budget
from training.core.callbacks.time_budget import TimeBudget
from training.core.config import FitSection


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that have passed; each batch takes one."""
    seconds = [0.0]
    monkeypatch.setattr(time_budget, "time", SimpleNamespace(monotonic=lambda: seconds[0]))
    return seconds


class Watch(keras.callbacks.Callback):
    """Lets the clock go on, and notes the learning rates."""

    def __init__(self, clock: list[float]) -> None:
        super().__init__()
        self.clock = clock
        self.rates: list[float] = []

    def on_train_batch_begin(self, batch: int, logs: object = None) -> None:
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.clock[0] += 1


def fit(folder: Path, clock: list[float], rows: int, epochs: int, minutes: float) -> list[float]:
    network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    network.compile(keras.optimizers.SGD(1.0), "mse")
    zeros = np.zeros((rows, 1), dtype=np.float32)
    data = fitting.Examples(zeros, zeros)
    how = FitSection(epochs=epochs, batch_size=1, patience=99)
    watch = Watch(clock)
    fitting.fit(network, data, data, how, folder, [TimeBudget(minutes, 1.0, folder), watch])
    return watch.rates


def test_the_rate_rises_and_falls_and_the_fit_ends_with_its_minutes(tmp_path: Path, clock: list[float]) -> None:
    rates = fit(tmp_path, clock, rows=400, epochs=99, minutes=5)
    assert len(rates) == 300
    assert rates[0] < 0.01
    assert rates.index(max(rates)) == 15, "a twentieth of the time comes before 200 batches"
    assert 0.9 < max(rates) < 1
    assert np.all(np.diff(rates[15:]) <= 0)
    assert rates[-1] < 1e-4


def test_a_fit_that_goes_on_has_the_minutes_that_are_left(tmp_path: Path, clock: list[float]) -> None:
    whole = fit(tmp_path / "whole", clock, rows=40, epochs=99, minutes=5)
    rates = fit(tmp_path / "parts", clock, rows=40, epochs=6, minutes=5)
    assert len(rates) == 240
    rates += fit(tmp_path / "parts", clock, rows=40, epochs=99, minutes=5)
    assert rates == pytest.approx(whole), "neither warmed up again nor lowered twice"
