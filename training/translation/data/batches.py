"""Batches of sentence pairs of mixed lengths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from seqserve.translation.subword_tokenizer import END, START, UNKNOWN
from training.core.batches import LengthBatches, Tokens, padded

_START, _END = np.array([START], dtype=np.int32), np.array([END], dtype=np.int32)


class Pair(NamedTuple):
    """A sentence and its translation, tokens (S,) and (T,)."""

    source: Tokens
    target: Tokens


class PairBatches(LengthBatches):
    """Batches of sentences, their translations up to the token before, and the translations.

    Args:
        rows: of each pair the variants in which it may be read, the usual one first.
        unusual: the share of pairs that are read in one of their other variants, another one every epoch.
        word_dropout: the share of tokens that are made `unknown` on both sides, other ones every epoch.
        reread: reads the rows again for every epoch after the first.
        sample: pairs an epoch, at most.
    """

    def __init__(
        self,
        rows: Sequence[Sequence[Pair]],
        batch_size: int,
        *,
        shuffle: bool = False,
        unusual: float = 0.0,
        word_dropout: float = 0.0,
        reread: Callable[[], Sequence[Sequence[Pair]]] | None = None,
        sample: int | None = None,
        seed: int = 0,
    ) -> None:
        self._rows = rows
        self._unusual = unusual
        self._word_dropout = word_dropout
        self._reread: Callable[[], Sequence[Sequence[Pair]]] | None = None
        super().__init__(_lengths(rows), batch_size, shuffle, seed, sample=sample)
        self._reread = reread

    def on_epoch_end(self) -> None:
        if self._reread is not None:
            self._rows = self._reread()
            self._lengths = _lengths(self._rows)
        super().on_epoch_end()

    def __getitem__(self, index: int) -> tuple[Any, Tokens]:
        pairs = [self._variant(self._rows[number]) for number in self._batches[index]]
        lengths = np.array([len(pair.source) for pair in pairs], dtype=np.int32)
        widths = int(lengths.max()), 1 + max(len(pair.target) for pair in pairs)
        if index == 0 and len(self) > 1:
            # Keras infers static shapes from the first two batches: different widths keep the axis dynamic.
            others = [pair for number in self._batches[1] for pair in self._rows[number]]
            longest = max(len(pair.source) for pair in others), max(len(pair.target) for pair in others)
            widths = max(widths[0], 1 + longest[0]), max(widths[1], 2 + longest[1])
        tokens, width = padded([pair.source for pair in pairs], widths[0]), widths[1]
        before = padded([np.concatenate([_START, pair.target]) for pair in pairs], width)
        targets = padded([np.concatenate([pair.target, _END]) for pair in pairs], width)
        self._drop_tokens(tokens, self._word_dropout, UNKNOWN)
        self._drop_tokens(before[:, 1:], self._word_dropout, UNKNOWN)
        return (tokens, lengths, before), targets

    def _variant(self, variants: Sequence[Pair]) -> Pair:
        if len(variants) > 1 and self._random.random() < self._unusual:
            return variants[int(self._random.integers(1, len(variants)))]
        return variants[0]


def _lengths(rows: Sequence[Sequence[Pair]]) -> npt.NDArray[np.int32]:
    """Tokens of each pair, as it is read usually."""
    return np.array([len(variants[0].source) + len(variants[0].target) for variants in rows], dtype=np.int32)
