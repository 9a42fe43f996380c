"""Batches of texts of mixed lengths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from training.core.batches import STEP, LengthBatches, Tokens, padded


class TextBatches(LengthBatches):
    """Batches of texts and what they are.

    Args:
        rows: tokens of each text (T,).
        targets: (N, C), probabilities.
        word_dropout: the share of tokens that are made `unknown`, other ones every epoch.
        steps: a batch has at most, but for padding; none: only `batch_size` counts.
        weights: of each class in the loss (C,).
        sample: texts of each data set an epoch, at most.
        sets: the data set of each text (N,); none means that all are of one.
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
        steps: int | None = None,
        weights: npt.NDArray[np.float64] | None = None,
        sample: int | None = None,
        sets: npt.NDArray[np.int64] | None = None,
    ) -> None:
        self._rows = rows
        self._weights = None if weights is None else (targets @ weights).astype(np.float32)
        self._targets = targets.astype(np.float32)
        self._word_dropout = word_dropout
        self._unknown = unknown
        lengths = np.array([len(row) for row in rows], dtype=np.int32)
        super().__init__(lengths, batch_size, shuffle, seed, steps, sample, sets)

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        chosen = self._batches[index]
        width = self._width(index)
        # Keras infers static shapes from the first two batches: different widths keep the axis dynamic.
        if index == 0 and len(self) > 1 and width == self._width(1):
            width += STEP
        tokens = padded([self._rows[number] for number in chosen], width)
        self._drop_tokens(tokens, self._word_dropout, self._unknown)
        batch = (tokens, self._lengths[chosen]), self._targets[chosen]
        return batch if self._weights is None else (*batch, self._weights[chosen])

    def _width(self, index: int) -> int:
        return -(-int(self._lengths[self._batches[index]].max()) // STEP) * STEP
