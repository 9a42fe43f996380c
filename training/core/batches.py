"""Batches of texts, and of sentence pairs, of mixed lengths for networks that read tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np
import numpy.typing as npt

from seqserve.translation.subword_tokenizer import END, START, UNKNOWN

Tokens = npt.NDArray[np.int32]

_START, _END = np.array([START], dtype=np.int32), np.array([END], dtype=np.int32)
_STEP = 16
"""Batches are padded to a multiple of this: fewer shapes to compile for."""


class _Batches(keras.utils.PyDataset):
    """Batches of rows of about the same length, so that little is padded.

    Args:
        lengths: of the rows (N,).
        batch_size: rows a batch, at most.
        shuffle: other batches in another order every epoch.
        steps: steps a batch, at most, but for the padding to `_STEP`: of longer rows it has fewer.
    """

    def __init__(
        self, lengths: npt.NDArray[np.int32], batch_size: int, shuffle: bool, seed: int, steps: int | None = None
    ) -> None:
        super().__init__()
        self._lengths = lengths
        self._batch_size = batch_size
        self._steps = steps
        self._shuffle = shuffle
        self._random = np.random.default_rng(seed)
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
        self._batches, start = [], 0
        while start < len(order):
            self._batches.append(order[start : start + self._rows_from(order, start)])
            start += len(self._batches[-1])
        if self._shuffle:
            self._random.shuffle(self._batches)  # type: ignore[arg-type]

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

    def _forgotten(self, padded: Tokens, share: float, unknown: int) -> None:
        """Make a share of tokens unknown, in place."""
        if share:
            padded[self._random.random(padded.shape) < share] = unknown


class TextBatches(_Batches):
    """Batches of texts and what they are.

    Args:
        rows: tokens of each text (T,).
        targets: (N, C), probabilities.
        word_dropout: the share of tokens that are made `unknown`, anew every epoch.
        steps: a batch has at most, but for padding; none: only `batch_size` counts.
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
    ) -> None:
        self._rows = rows
        self._targets = targets.astype(np.float32)
        self._word_dropout = word_dropout
        self._unknown = unknown
        super().__init__(np.array([len(row) for row in rows], dtype=np.int32), batch_size, shuffle, seed, steps)

    def __getitem__(self, index: int) -> tuple[Any, npt.NDArray[np.float32]]:
        chosen = self._batches[index]
        width = self._width(index)
        # Keras looks at the first two batches and takes for fixed what is alike in them: let it not be.
        if index == 0 and len(self) > 1 and width == self._width(1):
            width += _STEP
        padded = _padded([self._rows[number] for number in chosen], width)
        self._forgotten(padded, self._word_dropout, self._unknown)
        return (padded, self._lengths[chosen]), self._targets[chosen]

    def _width(self, index: int) -> int:
        return -(-int(self._lengths[self._batches[index]].max()) // _STEP) * _STEP


class Pair(NamedTuple):
    """A sentence and its translation, tokens (S,) and (T,)."""

    source: Tokens
    target: Tokens


class PairBatches(_Batches):
    """Batches of sentences, their translations up to the token before, and the translations.

    Args:
        rows: of each pair the variants in which it may be read, the usual one first.
        unusual: the share of pairs that are read in one of their other variants, another one every epoch.
        word_dropout: the share of tokens that are made `unknown` on both sides, anew every epoch.
        anew: reads the rows again for every epoch behind the first.
    """

    def __init__(
        self,
        rows: Sequence[Sequence[Pair]],
        batch_size: int,
        *,
        shuffle: bool = False,
        unusual: float = 0.0,
        word_dropout: float = 0.0,
        anew: Callable[[], Sequence[Sequence[Pair]]] | None = None,
        seed: int = 0,
    ) -> None:
        self._rows = rows
        self._unusual = unusual
        self._word_dropout = word_dropout
        self._anew: Callable[[], Sequence[Sequence[Pair]]] | None = None
        super().__init__(_lengths(rows), batch_size, shuffle, seed)
        self._anew = anew

    def on_epoch_end(self) -> None:
        if self._anew is not None:
            self._rows = self._anew()
            self._lengths = _lengths(self._rows)
        super().on_epoch_end()

    def __getitem__(self, index: int) -> tuple[Any, Tokens]:
        pairs = [self._variant(self._rows[number]) for number in self._batches[index]]
        lengths = np.array([len(pair.source) for pair in pairs], dtype=np.int32)
        widths = int(lengths.max()), 1 + max(len(pair.target) for pair in pairs)
        if index == 0 and len(self) > 1:
            # Keras looks at the first two batches and takes for fixed what is alike in them: let it not be.
            others = [pair for number in self._batches[1] for pair in self._rows[number]]
            longest = max(len(pair.source) for pair in others), max(len(pair.target) for pair in others)
            widths = max(widths[0], 1 + longest[0]), max(widths[1], 2 + longest[1])
        tokens, width = _padded([pair.source for pair in pairs], widths[0]), widths[1]
        before = _padded([np.concatenate([_START, pair.target]) for pair in pairs], width)
        targets = _padded([np.concatenate([pair.target, _END]) for pair in pairs], width)
        self._forgotten(tokens, self._word_dropout, UNKNOWN)
        self._forgotten(before[:, 1:], self._word_dropout, UNKNOWN)
        return (tokens, lengths, before), targets

    def _variant(self, variants: Sequence[Pair]) -> Pair:
        if len(variants) > 1 and self._random.random() < self._unusual:
            return variants[self._random.integers(1, len(variants))]
        return variants[0]


def _lengths(rows: Sequence[Sequence[Pair]]) -> npt.NDArray[np.int32]:
    """Tokens of each pair, as it is read usually."""
    return np.array([len(variants[0].source) + len(variants[0].target) for variants in rows], dtype=np.int32)


def _padded(rows: Sequence[Tokens], width: int) -> Tokens:
    padded = np.zeros((len(rows), width), dtype=np.int32)
    for row, tokens in zip(padded, rows, strict=True):
        row[: len(tokens)] = tokens
    return padded
