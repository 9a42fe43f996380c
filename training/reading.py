"""Batches of texts of mixed lengths for a network that reads tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

Tokens = npt.NDArray[np.int32]

_STEP = 16
"""Batches are padded to a multiple of this: fewer shapes to compile for."""


class TextBatches(keras.utils.PyDataset):
    """Batches of rows of about the same length, so that little is padded.

    Args:
        rows: tokens of each text (T,).
        targets: (N, C), probabilities.
        shuffle: other batches in another order every epoch.
        word_dropout: the share of tokens that are made `unknown`, anew every epoch.
    """

    def __init__(
        self,
        rows: Sequence[Tokens],
        targets: npt.NDArray[np.float64],
        batch_size: int,
        *,
        shuffle: bool = False,
        word_dropout: float = 0.0,
        unknown: int = 0,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self._rows = rows
        self._targets = targets.astype(np.float32)
        self._lengths = np.array([len(row) for row in rows], dtype=np.int32)
        self._batch_size = batch_size
        self._shuffle = shuffle
        self._word_dropout = word_dropout
        self._unknown = unknown
        self._random = np.random.default_rng(seed)
        self._batches: list[npt.NDArray[np.intp]] = []
        self.on_epoch_end()

    def on_epoch_end(self) -> None:
        # Some noise on the lengths, or the same texts would meet in every epoch.
        noise = self._random.uniform(0.9, 1.1, len(self._rows)) if self._shuffle else 1.0
        order = np.argsort(self._lengths * noise, kind="stable")
        self._batches = [order[start : start + self._batch_size] for start in range(0, len(order), self._batch_size)]
        if self._shuffle:
            self._random.shuffle(self._batches)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> tuple[Any, npt.NDArray[np.float32]]:
        chosen = self._batches[index]
        lengths = self._lengths[chosen]
        width = self._width(index)
        # Keras looks at the first two batches and takes for fixed what is alike in them: let it not be.
        if index == 0 and len(self) > 1 and width == self._width(1):
            width += _STEP
        padded = np.zeros((len(chosen), width), dtype=np.int32)
        for row, number in enumerate(chosen):
            padded[row, : lengths[row]] = self._rows[number]
        if self._word_dropout:
            padded[self._random.random(padded.shape) < self._word_dropout] = self._unknown
        return (padded, lengths), self._targets[chosen]

    def _width(self, index: int) -> int:
        return -(-int(self._lengths[self._batches[index]].max()) // _STEP) * _STEP

    def order(self) -> npt.NDArray[np.intp]:
        """Which text each prediction over all batches belongs to."""
        return np.concatenate(self._batches)
