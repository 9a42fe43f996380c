"""Fitting a Keras network: early stopping on the best validation loss, and checkpoints to take up again."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

import keras
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, PositiveInt

_HISTORY, _BEST = "history.jsonl", "best.weights.h5"


class FitSection(BaseModel):
    """How a network is fitted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    epochs: PositiveInt = Field(default=100, description="passes over the training part, at most")
    batch_size: PositiveInt = 32
    learning_rate: float = Field(default=1e-3, gt=0, description="of Adam")
    loss: Literal["mse", "mae", "huber"] = "mse"
    patience: PositiveInt = Field(default=10, description="epochs without a better validation loss before it stops")
    seed: int = 0


class Examples(NamedTuple):
    """Inputs and targets of a network, float32, the first axis is the batch."""

    x: npt.NDArray[np.float32]
    y: npt.NDArray[np.float32]


def fit(
    network: keras.Model, train: Examples, validation: Examples, how: FitSection, checkpoint: Path
) -> dict[str, list[float]]:
    """Fit a network and leave it with the weights of its best epoch.

    An interrupted fit that finds its `checkpoint` folder goes on behind the last whole epoch; the
    folder is removed when the fit is done.

    Returns:
        `loss` and `val_loss`, a number an epoch.
    """
    network.compile(keras.optimizers.Adam(how.learning_rate), how.loss)
    checkpoint.mkdir(parents=True, exist_ok=True)
    before = _history(checkpoint)
    best_so_far = min(before.get("val_loss", []), default=None)
    network.fit(
        *train,
        validation_data=tuple(validation),
        epochs=how.epochs,
        batch_size=how.batch_size,
        verbose="auto" if sys.stdout.isatty() else 2,
        callbacks=[
            keras.callbacks.LambdaCallback(on_epoch_end=partial(_log, checkpoint)),
            keras.callbacks.ModelCheckpoint(
                checkpoint / _BEST, save_best_only=True, save_weights_only=True, initial_value_threshold=best_so_far
            ),
            keras.callbacks.EarlyStopping(patience=how.patience, baseline=best_so_far),
            keras.callbacks.TerminateOnNaN(),
            keras.callbacks.BackupAndRestore(checkpoint / "backup"),
        ],
    )
    history = _history(checkpoint)
    if not (checkpoint / _BEST).exists():
        raise ValueError("no epoch ended with a finite validation loss; lower the learning rate or scale the data")
    network.load_weights(checkpoint / _BEST)
    shutil.rmtree(checkpoint)
    return history


def checkpoint_name(*parts: str) -> str:
    """A folder name that changes with anything that would make a checkpoint unfit."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _history(checkpoint: Path) -> dict[str, list[float]]:
    if not (checkpoint / _HISTORY).exists():
        return {}
    lines = (checkpoint / _HISTORY).read_text().splitlines()
    epochs = {entry["epoch"]: entry for entry in map(json.loads, lines)}  # the later of an epoch that ran twice
    return {key: [entry[key] for entry in epochs.values()] for key in ("loss", "val_loss")}


def _log(checkpoint: Path, epoch: int, logs: dict[str, float]) -> None:
    with (checkpoint / _HISTORY).open("a") as file:
        file.write(json.dumps({"epoch": epoch, **logs}) + "\n")
