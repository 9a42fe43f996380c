"""Batches of rows of mixed lengths, for networks that read tokens."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
import numpy.typing as npt

Tokens = npt.NDArray[np.int32]

STEP = 16
"""Batches are padded to a multiple of this: fewer shapes to compile for."""


class LengthBatches(keras.utils.PyDataset):
    """Batches of rows of about the same length, so that little is padded.

    Args:
        lengths: of the rows (N,).
        batch_size: rows a batch, at most.
        shuffle: other batches in another order every epoch.
        steps: steps a batch, at most, but for the padding to `STEP`: of longer rows it has fewer.
        sample: rows of each group an epoch, at most, other ones every epoch; none means all.
        groups: of the rows (N,); none means that all are one.
    """

    def __init__(
        self,
        lengths: npt.NDArray[np.int32],
        batch_size: int,
        shuffle: bool,
        seed: int,
        steps: int | None = None,
        sample: int | None = None,
        groups: npt.NDArray[np.int64] | None = None,
    ) -> None:
        super().__init__()
        self._lengths = lengths
        self._batch_size = batch_size
        self._steps = steps
        self._shuffle = shuffle
        self._random = np.random.default_rng(seed)
        groups = np.zeros(len(lengths), np.int64) if groups is None else groups
        self._drawn = None if sample is None else [_Draw(rows, sample, self._random) for rows in _of_each(groups)]
        self._batches: list[npt.NDArray[np.intp]] = []
        self.on_epoch_end()

    def on_epoch_end(self) -> None:
        if self._shuffle:
            # Some noise on the lengths, or the same rows would meet in every epoch. With a limit on steps only rows of
            # one length change places, or there would be another number of batches than Keras was told.
            noise = self._random.uniform(0.9, 1.1, len(self._lengths))
            order = np.lexsort((noise, self._lengths) if self._steps else (self._lengths * noise,))
        else:
            order = np.argsort(self._lengths, kind="stable")
        if self._drawn is not None:
            order = order[np.isin(order, np.concatenate([draw.next() for draw in self._drawn]))]
        self._batches, start = [], 0
        while start < len(order):
            self._batches.append(order[start : start + self._rows_from(order, start)])
            start += len(self._batches[-1])
        if self._shuffle:
            self._random.shuffle(self._batches)

    def _rows_from(self, order: npt.NDArray[np.intp], start: int) -> int:
        """How many rows, in rising order of their lengths, the batch has that begins with this one."""
        if self._steps is None:
            return self._batch_size
        widest = np.maximum.accumulate(self._lengths[order[start : start + self._batch_size]])
        return max(1, int(np.sum(widest * np.arange(1, len(widest) + 1) <= self._steps)))

    def __len__(self) -> int:
        return len(self._batches)

    def order(self) -> npt.NDArray[np.intp]:
        """Which row each prediction over all batches belongs to."""
        return np.concatenate(self._batches)

    def _drop_tokens(self, tokens: Tokens, share: float, unknown: int) -> None:
        """Make a share of tokens unknown, in place."""
        if share:
            tokens[self._random.random(tokens.shape) < share] = unknown


class _Draw:
    """Draws rows of a group for each epoch, each of them before any is drawn again."""

    def __init__(self, rows: npt.NDArray[np.intp], most: int, random: np.random.Generator) -> None:
        self._rows, self._most, self._random = rows, most, random
        self._unseen = rows[:0]

    def next(self) -> npt.NDArray[np.intp]:
        """The rows of an epoch."""
        if self._most >= len(self._rows):
            return self._rows
        if len(self._unseen) < self._most:
            others = self._random.permutation(self._rows)
            self._unseen = np.concatenate([self._unseen, others[~np.isin(others, self._unseen)]])
        drawn, self._unseen = np.split(self._unseen, [self._most])
        return drawn


def _of_each(groups: npt.NDArray[np.int64]) -> list[npt.NDArray[np.intp]]:
    """The rows of each group."""
    return [np.flatnonzero(groups == group) for group in np.unique(groups)]


def padded(rows: Sequence[Tokens], width: int) -> Tokens:
    """Rows (T,) as one array (N, width), filled up with 0."""
    array = np.zeros((len(rows), width), dtype=np.int32)
    for row, tokens in zip(array, rows, strict=True):
        row[: len(tokens)] = tokens
    return array
