from __future__ import annotations

from itertools import count
from pathlib import Path

import keras
import numpy as np
import pytest

from seqserve.core.progress import duration
from training.core import fitting
from training.core.callbacks.narration import Narration
from training.core.config import FitSection

EXAMPLES = fitting.Examples(np.ones((8, 2), np.float32), np.ones((8, 1), np.float32))


def network() -> keras.Model:
    keras.utils.set_random_seed(0)
    found = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    found.compile("sgd", "mse")
    return found


def fit(folder: Path, epochs: int) -> list[dict[str, float]]:
    how = FitSection(epochs=epochs, batch_size=4)
    return fitting.fit(network(), EXAMPLES, EXAMPLES, how, folder)


@pytest.mark.parametrize("batches", [3, 100_000])
def test_averages_follow_the_weights_at_first_however_many_batches_are_expected(batches: int) -> None:
    optimizer = fitting.adam(FitSection(average=0.5, learning_rate=1.0), batches)
    weight = keras.Variable(0.0)
    average = None
    for step in range(20):
        optimizer.apply([keras.ops.ones(())], [weight])
        momentum = min(0.5, step / (step + 10))
        average = float(weight) if average is None else momentum * average + (1 - momentum) * float(weight)
    optimizer.finalize_variable_values([weight])
    assert float(weight) == pytest.approx(average)


def test_a_fit_says_where_it_is_that_it_resumes_and_that_it_could_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fit(tmp_path, 2)
    told = capsys.readouterr().out.splitlines()
    assert told[-2].startswith("epoch 2 of at most 2: loss ")
    assert told[-1] == "the last of 2 epochs was the best: with more --epochs the network may still learn"
    assert len(fit(tmp_path, 12)) == 12
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "resumes after epoch 2 of at most 12"
    assert {"epoch 10 of at most 12", "epoch 12 of at most 12"} <= {line.split(":")[0] for line in told}


def test_each_slow_epoch_has_a_line_with_the_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    ticks = count(0, 90)
    narration = Narration(5, 2, clock=lambda: float(next(ticks)))
    narration.set_params({"steps": None})
    narration.on_train_begin()
    for epoch in (2, 3):
        narration.on_epoch_end(epoch, {"loss": 0.123456})
    assert capsys.readouterr().out.splitlines()[1:] == [
        "epoch 3 of at most 5: loss 0.1235; 90 s an epoch, at most 3 min left",
        "epoch 4 of at most 5: loss 0.1235; 90 s an epoch, at most 90 s left",
    ]
    assert duration(9000) == "2.5 h"


def test_two_equal_jobs_do_not_share_a_checkpoint(tmp_path: Path) -> None:
    with (
        fitting.held(tmp_path / "same"),
        fitting.held(tmp_path / "other"),
        pytest.raises(ValueError, match=r"runs already, .*same: wait for it, or name another folder with --checkp"),
        fitting.held(tmp_path / "same"),
    ):
        pass
    with fitting.held(tmp_path / "same"):
        pass


class _Numbered(keras.utils.PyDataset):
    """Twenty batches, and the order in which they were read."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[int] = []

    def __len__(self) -> int:
        return 20

    def __getitem__(self, index: int) -> fitting.Examples:
        self.seen.append(index)
        return EXAMPLES


def test_batches_of_a_state_that_goes_on_come_in_their_order(tmp_path: Path) -> None:
    numbered = _Numbered()
    fitting.fit(network(), numbered, EXAMPLES, FitSection(epochs=1), tmp_path / "fit", shuffle=False)
    assert list(dict.fromkeys(numbered.seen)) == list(range(20))  # Keras looks at the first one beforehand
