"""Batches of tagged texts of mixed lengths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from seqserve.tag.predictor import stacked
from seqserve.tag.vocabulary import UNKNOWN, Features, Ids
from training.core.batches import STEP, LengthBatches


class Row(NamedTuple):
    """A text as the network reads it, and its tags (T,)."""

    features: Features
    tags: Ids


class TagBatches(LengthBatches):
    """Batches of texts and their tags.

    Args:
        rows: the texts.
        renewed: makes the rows of the next epoch, as many as there were; without it they stay the same.
        word_dropout: the share of words that are made unknown, other ones every epoch.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        batch_size: int,
        *,
        shuffle: bool = False,
        renewed: Callable[[], Sequence[Row]] | None = None,
        word_dropout: float = 0.0,
        seed: int = 0,
    ) -> None:
        self._rows = rows
        self._renewed = renewed
        self._word_dropout = word_dropout
        super().__init__(np.array([len(row.tags) for row in rows], dtype=np.int32), batch_size, shuffle, seed)

    def on_epoch_end(self) -> None:
        if self._renewed is not None:
            self._rows = self._renewed()
            self._lengths = np.array([len(row.tags) for row in self._rows], dtype=np.int32)
        super().on_epoch_end()

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        chosen = self._batches[index]
        width = self._width(index)
        # Keras infers static shapes from the first two batches: different widths keep the axis dynamic.
        if index == 0 and len(self) > 1 and width == self._width(1):
            width += STEP
        rows = [self._rows[number] for number in chosen]
        words, shapes, characters = stacked([row.features for row in rows], width)
        self._drop_tokens(words, self._word_dropout, UNKNOWN)
        tags = np.zeros(words.shape, dtype=np.int32)
        for row, line in zip(rows, tags, strict=True):
            line[: len(row.tags)] = row.tags
        return (words, shapes, characters, self._lengths[chosen], tags), np.zeros(len(rows), dtype=np.float32)

    def _width(self, index: int) -> int:
        return -(-int(self._lengths[self._batches[index]].max()) // STEP) * STEP
