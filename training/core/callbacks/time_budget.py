"""A fit that ends at a time: the learning rate falls to 0 as the minutes run out, however fast the machine is."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path

import keras

_FILE = "seconds.json"
_WARM_UP = 200
"""Batches over which the rate rises, as Adam knows little of the gradients at first."""


class TimeBudget(keras.callbacks.Callback):
    """Lowers the learning rate along a cosine over minutes of training, and stops when they are over.

    The minutes of whole epochs are kept beside their checkpoint, so that a fit that resumes has the rest of them.

    Args:
        minutes: of training and of validating; those of an epoch that was interrupted do not count.
        folder: the checkpoint.
    """

    def __init__(self, minutes: float, folder: Path) -> None:
        super().__init__()
        self._seconds = 60 * minutes
        self._file = folder / _FILE
        self._spent = json.loads(self._file.read_text()) if self._file.exists() else 0.0
        self._batches = 0
        self._rate = 0.0
        self._began = 0.0

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self._rate = float(self.model.optimizer.learning_rate)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._began = time.monotonic()

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._batches += 1
        share = min(1.0, (self._spent + time.monotonic() - self._began) / self._seconds)
        rate = self._rate * min(1.0, self._batches / _WARM_UP) * (1 + math.cos(math.pi * share)) / 2
        self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        if self._spent + time.monotonic() - self._began >= self._seconds:
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._spent += time.monotonic() - self._began
        self._file.write_text(json.dumps(self._spent))
        if self._spent >= self._seconds:
            self.model.stop_training = True
