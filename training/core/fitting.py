"""Fitting a Keras network: early stopping on the best validation loss, and checkpoints to resume from."""

from __future__ import annotations

import fcntl
import hashlib
import json
import math
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
import numpy.typing as npt

from training.core.callbacks import watching
from training.core.callbacks.narration import Narration
from training.core.config import FitSection

_STATE = "state.json"
_AVERAGED = 10
"""One in so many of the batches so far is averaged over, at most: of few, more would be as they were at the start."""


class Examples(NamedTuple):
    """Inputs, several by their names, and targets of a network, float32, the first axis is the batch."""

    x: npt.NDArray[np.float32] | Mapping[str, npt.NDArray[np.float32]]
    y: npt.NDArray[np.float32]


def adam(how: FitSection, batches: int, clipnorm: float | None = None) -> keras.optimizers.Adam:
    """The optimizer of a fit of so many batches an epoch.

    Reference:
        Polyak and Juditsky, Acceleration of Stochastic Approximation by Averaging, 1992 (averaged weights).
    """
    rate: Any = how.learning_rate
    if how.decay:
        rate = keras.optimizers.schedules.CosineDecay(how.learning_rate, batches * how.epochs)
    averaged = {"use_ema": True, "ema_momentum": how.average} if how.average else {}
    return AveragedAdam(rate, clipnorm=clipnorm, **averaged)


class AveragedAdam(keras.optimizers.Adam):
    """Adam whose averages follow at first, whether or not it is known how many batches there will be."""

    @property
    def ema_momentum(self) -> Any:
        batches = keras.ops.cast(self.iterations, "float32")
        return keras.ops.minimum(self._most_momentum, batches / (batches + _AVERAGED))

    @ema_momentum.setter
    def ema_momentum(self, momentum: float) -> None:
        self._most_momentum = momentum


def fit(
    network: keras.Model,
    train: Examples | keras.utils.PyDataset,
    validation: Examples | keras.utils.PyDataset,
    how: FitSection,
    checkpoint: Path,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    *,
    shuffle: bool = True,
    monitor: str = "val_loss",
) -> list[dict[str, float]]:
    """Fit a compiled network and leave it with the weights, averaged if its optimizer does, of its best epoch.

    A fit that finds its `checkpoint` folder resumes after the last whole epoch, if any are left. The folder stays, so
    that nothing is lost if a later stage fails; `forget` removes it.

    Args:
        shuffle: examples, or batches of a data set, in another order every epoch; a state that goes on needs their own.
        monitor: the validation loss or metric that is least in the best epoch.

    Returns:
        The losses and metrics of each epoch.

    Raises:
        ValueError: no epoch had a finite validation loss.
    """
    averaged = [keras.callbacks.SwapEMAWeights()] if network.optimizer.use_ema else []
    progress = _Progress(checkpoint, how.patience, monitor)
    progress.resume(network)
    if watch := watching.of(checkpoint):
        for logs in progress.history:
            watch.tell(logs[monitor])
    x, y = (train.x, train.y) if isinstance(train, Examples) else (train, None)
    if not progress.is_over() and len(progress.history) < how.epochs:
        with Narration(how.epochs, len(progress.history)) as narration:
            network.fit(
                x,
                y,
                validation_data=tuple(validation) if isinstance(validation, Examples) else validation,
                epochs=how.epochs,
                initial_epoch=len(progress.history),
                batch_size=how.batch_size if isinstance(train, Examples) else None,
                shuffle=shuffle,
                verbose=0,
                callbacks=[
                    *averaged,
                    *callbacks,
                    keras.callbacks.TerminateOnNaN(),
                    progress,
                    narration,
                    *watching.callbacks(checkpoint, monitor),
                ],
            )
    if progress.best is None:
        raise ValueError("no epoch ended with a finite validation loss; lower the learning rate or scale the data")
    if progress.best == how.epochs - 1 > 0:
        print(f"the last of {how.epochs} epochs was the best: with more --epochs the network may still learn")
    network.load_weights(progress.weights(progress.best))
    network.optimizer.finalize_variable_values(network.trainable_variables)
    return progress.history


@contextmanager
def held(checkpoint: Path) -> Iterator[None]:
    """Hold a checkpoint folder, which two jobs would each overwrite.

    Raises:
        ValueError: another job holds it.
    """
    checkpoint.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(checkpoint, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise ValueError(
            f"a job with the same data and settings runs already, and its checkpoints are in {checkpoint}: "
            "wait for it, or name another folder with --checkpoints"
        ) from None
    finally:
        os.close(descriptor)


def forget(checkpoints: Path, name: str) -> None:
    """Remove the checkpoint folders whose names begin with a name."""
    for folder in checkpoints.glob(f"{name}*"):
        if folder.is_dir():
            shutil.rmtree(folder)


class _Progress(keras.callbacks.Callback):
    """Early stopping whose state is on disk: the weights of the latest and of the best epoch.

    Files are renamed into place and the state, which says which of them count, is written last, so that
    a fit that is killed at any moment goes on from the last whole epoch. (Keras' own BackupAndRestore
    leaves a file that cannot be read if it is killed as it writes.)
    """

    def __init__(self, folder: Path, patience: int, monitor: str) -> None:
        super().__init__()
        self.history: list[dict[str, float]] = []
        self.best: int | None = None
        self._folder = folder
        self._patience = patience
        self._monitor = monitor

    def resume(self, network: keras.Model) -> None:
        """Resume from the state on disk, if any."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not (self._folder / _STATE).exists():
            return
        state = json.loads((self._folder / _STATE).read_text())
        self.history, self.best = state["history"], state["best"]
        network.optimizer.build(network.trainable_variables)  # its state is in the file too
        network.load_weights(self.weights(len(self.history) - 1))

    def weights(self, epoch: int) -> Path:
        return self._folder / f"epoch-{epoch}.weights.h5"

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.history.append({name: float(value) for name, value in (logs or {}).items()})
        loss = self.history[epoch][self._monitor]
        if math.isfinite(loss) and (self.best is None or loss < self.history[self.best][self._monitor]):
            self.best = epoch
        unfinished = self._folder / "unfinished.weights.h5"
        self.model.save_weights(unfinished, overwrite=True)
        unfinished.replace(self.weights(epoch))
        state = self._folder / "unfinished.json"
        state.write_text(json.dumps({"history": self.history, "best": self.best}))
        state.replace(self._folder / _STATE)
        for path in self._folder.glob("epoch-*"):
            if path not in (self.weights(epoch), self.weights(epoch if self.best is None else self.best)):
                path.unlink()
        if self.is_over():
            self.model.stop_training = True

    def is_over(self) -> bool:
        """Whether there has been no better epoch for too long."""
        return len(self.history) - 1 - (self.best or 0) >= self._patience


def saved(network: keras.Model) -> bytes:
    """The network as a `.keras` file, without its optimizer, which is twice as large, and its loss and metrics."""
    uncompiled = type(network).from_config(network.get_config())
    uncompiled.set_weights(network.get_weights())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights.keras"
        uncompiled.save(path)
        # Keras stores; of rounded numbers, many bytes are zeros or alike.
        packed = Path(folder) / "packed.keras"
        with zipfile.ZipFile(path) as stored, zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as smaller:
            for entry in stored.infolist():
                smaller.writestr(entry.filename, stored.read(entry))
        return packed.read_bytes()


def checkpoint_name(*parts: str) -> str:
    """A folder name that changes with anything that would make a checkpoint unfit."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
