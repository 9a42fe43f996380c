"""Batches of sequences of mixed lengths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from training.core.batches import STEP, LengthBatches

Steps = npt.NDArray[np.float32]
Targets = npt.NDArray[np.int32]
UNLABELLED = -1
"""The class of a step that nobody labelled."""
Augment = Callable[[Steps, np.random.Generator], Steps]


class SequenceBatches(LengthBatches):
    """Batches of scaled sequences and their classes.

    Args:
        rows: of each sequence (T, D).
        targets: of each sequence (1,), or of each of its steps (T,).
        per_step: whether each step has a class.
        fixed: whether all sequences are of one length, and none is to be padded.
        weights: of each class in the loss (C,).
        augment: changes a sequence at random.
    """

    def __init__(
        self,
        rows: Sequence[Steps],
        targets: Sequence[Targets],
        batch_size: int,
        *,
        per_step: bool,
        fixed: bool,
        weights: npt.NDArray[np.float64],
        shuffle: bool = False,
        seed: int = 0,
        augment: Augment | None = None,
    ) -> None:
        self._rows = rows
        self._targets = targets
        self._per_step = per_step
        self._step = 1 if fixed else STEP
        self._weights = np.append(weights, 0.0).astype(np.float32)  # of an unlabelled step, class -1: none
        self._augment = augment
        self._changes = np.random.default_rng(seed)
        super().__init__(np.array([len(row) for row in rows], dtype=np.int32), batch_size, shuffle, seed)

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        chosen = self._batches[index]
        width = self._width(index)
        # Keras infers static shapes from the first two batches: different widths keep the axis dynamic.
        if index == 0 and len(self) > 1 and self._step > 1 and width == self._width(1):
            width += STEP
        x = np.zeros((len(chosen), width, self._rows[0].shape[1]), dtype=np.float32)
        y = np.full((len(chosen), width if self._per_step else 1), UNLABELLED, dtype=np.int32)
        for steps, classes, number in zip(x, y, chosen, strict=True):
            row = self._rows[number]
            steps[: len(row)] = row if self._augment is None else self._augment(row, self._changes)
            classes[: len(self._targets[number])] = self._targets[number]
        weights = self._weights[y]
        y = np.maximum(y, 0)
        if not self._per_step:
            y, weights = y[:, 0], weights[:, 0]
        return (x, self._lengths[chosen]), y, weights

    def _width(self, index: int) -> int:
        return -(-int(self._lengths[self._batches[index]].max()) // self._step) * self._step
