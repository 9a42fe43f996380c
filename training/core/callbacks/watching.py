"""Watching a fit from outside: whoever watches is told the validation loss of each epoch, and may end the fit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

import keras

Told = Callable[[int, float], bool]
"""Takes an epoch, from 0, and its validation loss; returns whether the fit is to end here."""


class EndedError(Exception):
    """Whoever watched a fit has ended it."""


@dataclass
class Watch:
    """What was seen of a fit.

    Args:
        told: is told of each epoch.
        checkpoint: the folder of the fit that is watched; those that prepare it, such as pretraining, have others.
        losses: of the validation part, an epoch each.
    """

    told: Told
    checkpoint: Path
    losses: list[float] = field(default_factory=list)

    def tell(self, loss: float) -> None:
        """Add an epoch.

        Raises:
            EndedError: the fit is to end here.
        """
        self.losses.append(loss)
        if self.told(len(self.losses) - 1, loss):
            raise EndedError

    @property
    def best(self) -> float:
        """The least loss.

        Raises:
            ValueError: no epoch had a finite one.
        """
        finite = [loss for loss in self.losses if math.isfinite(loss)]
        if not finite:
            raise ValueError("nothing was fitted in epochs, so there is no validation loss")
        return min(finite)


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched(told: Told, checkpoint: Path) -> Iterator[Watch]:
    """Watch the fit that has this checkpoint folder."""
    watch = Watch(told, checkpoint)
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)


def of(checkpoint: Path | None) -> Watch | None:
    """The watch on a fit, if there is one; a fit without a checkpoint folder is the only one of its job."""
    watch = _watch.get()
    return watch if watch and checkpoint in (None, watch.checkpoint) else None


class Watched(keras.callbacks.Callback):
    """Tells a watch of each epoch."""

    def __init__(self, watch: Watch, monitor: str) -> None:
        super().__init__()
        self._watch, self._monitor = watch, monitor

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._watch.tell(float((logs or {})[self._monitor]))


def callbacks(checkpoint: Path | None = None, monitor: str = "val_loss") -> list[keras.callbacks.Callback]:
    """What a fit adds to its callbacks; `monitor` is the validation loss or metric that tells how good it is."""
    watch = of(checkpoint)
    return [Watched(watch, monitor)] if watch else []
