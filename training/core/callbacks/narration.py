"""What a fit says of itself: a line an epoch with the time that is left at most and, on a terminal, a bar."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import keras

from seqserve.core.progress import Progress, duration

_SLOW_SECONDS = 1.0
"""A faster epoch is one of many, whose lines would be too many to read: one in ten is printed."""


class Narration(keras.callbacks.Callback):
    """Prints how a fit goes; a context, so that a terminal is left as it was.

    Args:
        epochs: at most.
        done: epochs before this process.
    """

    def __init__(self, epochs: int, done: int, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._epochs, self._done, self._clock = epochs, done, clock
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Take the bar away, however the fit ended."""
        if self._bar is not None:
            self._bar.__exit__(kind, error, at)

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        if self._done:
            print(f"resumes after epoch {self._done} of at most {self._epochs}", flush=True)
        self._begin = self._clock()
        if steps := self.params.get("steps"):
            self._bar = Progress(self._epochs * steps, "batches", done=self._done * steps).__enter__()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        if self._bar is not None:
            self._bar.add(1)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        seconds = (self._clock() - self._begin) / (epoch + 1 - self._done)
        if seconds < _SLOW_SECONDS and (epoch + 1) % 10 and epoch + 1 < self._epochs:
            return
        losses = ", ".join(f"{name} {value:.4g}" for name, value in (logs or {}).items())
        left = duration((self._epochs - epoch - 1) * seconds)
        pace = f"{duration(seconds)} an epoch, at most {left} left"
        print(f"epoch {epoch + 1} of at most {self._epochs}: {losses}; {pace}", flush=True)
