"""A fit that ends at a time: the learning rate falls to 0 as the minutes run out, however fast the machine is."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path

import keras

_FILE = "seconds.json"
_WARM_UP, _WARM_SHARE = 200, 0.05
"""The rate rises over so many batches, or that share of the time if it is less, as Adam knows few gradients then."""


class TimeBudget(keras.callbacks.Callback):
    """Lowers the learning rate along a cosine over minutes of training, and stops when they are over.

    The minutes of whole epochs are kept beside their checkpoint, so that a fit that resumes has the rest of them.

    Args:
        minutes: of training and of validating; those of an epoch that was interrupted do not count.
        rate: the highest learning rate; of a fit that resumes, the optimizer has one that was lowered already.
        folder: the checkpoint.
    """

    def __init__(self, minutes: float, rate: float, folder: Path) -> None:
        super().__init__()
        self._seconds = 60 * minutes
        self._rate = rate
        self._file = folder / _FILE
        self._spent = json.loads(self._file.read_text()) if self._file.exists() else 0.0
        self._began = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._began = time.monotonic()

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        share = min(1.0, (self._spent + time.monotonic() - self._began) / self._seconds)
        warm = min(1.0, max((1 + int(self.model.optimizer.iterations)) / _WARM_UP, share / _WARM_SHARE))
        self.model.optimizer.learning_rate = self._rate * warm * (1 + math.cos(math.pi * share)) / 2

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        if self._spent + time.monotonic() - self._began >= self._seconds:
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._spent += time.monotonic() - self._began
        self._file.write_text(json.dumps(self._spent))
        if self._spent >= self._seconds:
            self.model.stop_training = True
