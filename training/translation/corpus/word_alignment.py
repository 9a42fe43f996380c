"""Which words of a sentence and of its translation are translations of each other."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

_ROUNDS = 5
_DIAGONAL = 4.0  # as fast_align begins
_UNALIGNED = 0.08


class Side(NamedTuple):
    """The sentences of a language one behind the other: N words in P sentences.

    Args:
        words: each word once.
        flat: numbers of the words (N,).
        lengths: words a sentence (P,).
        starts: of each sentence in `flat` (P,).
    """

    words: list[str]
    flat: Numbers
    lengths: Numbers
    starts: Numbers

    @classmethod
    def of(cls, rows: list[list[str]]) -> Self:
        numbers = {word: number for number, word in enumerate(dict.fromkeys(word for row in rows for word in row))}
        lengths = np.array([len(row) for row in rows], dtype=np.int64)
        flat = np.array([numbers[word] for row in rows for word in row], dtype=np.int64)
        return cls(list(numbers), flat, lengths, np.cumsum(lengths) - lengths)

    def null(self) -> npt.NDArray[np.float64]:
        """How likely each word stands for no other (N,)."""
        return _UNALIGNED * np.bincount(self.flat)[self.flat] / len(self.flat)


def aligned(source: Side, target: Side) -> tuple[Numbers, Numbers]:
    """The positions, in the source and in the target, of the words of each link (L,).

    Both directions are aligned by IBM model 1 with a preference for the diagonal; what both find grows by its
    neighbours. Takes about 120 bytes for each pair of a word and any word of its sentence's translation.

    Reference:
        Brown et al., The Mathematics of Statistical Machine Translation, 1993 (model 1); Dyer et al., A Simple, Fast,
        and Effective Reparameterization of IBM Model 2, NAACL 2013; Koehn et al., Statistical Phrase-Based
        Translation, NAACL 2003.
    """
    sizes = source.lengths * target.lengths
    pair = np.repeat(np.arange(len(sizes)), sizes)
    i, j = np.divmod(np.arange(len(pair)) - np.repeat(np.cumsum(sizes) - sizes, sizes), target.lengths[pair])
    a, b = source.starts[pair] + i, target.starts[pair] + j
    near = np.exp(-_DIAGONAL * np.abs((i + 0.5) / source.lengths[pair] - (j + 0.5) / target.lengths[pair]))
    kinds, kind = np.unique(source.flat[a] * len(target.words) + target.flat[b], return_inverse=True)
    words, others = np.divmod(kinds, len(target.words))
    forward = _likeliest(kind, words, b, near, target.null())
    backward = _likeliest(kind, others, a, near, source.null())
    chosen = _grown(forward & backward, forward | backward, a, b, target.lengths[pair])
    return a[chosen], b[chosen]


def _likeliest(
    kind: Numbers, given: Numbers, position: Numbers, near: npt.NDArray[np.float64], null: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """Which of L possible links are each word's best, if any is better than none, (L,).

    Args:
        kind: of the K kinds, which words a link is between, (L,).
        given: the word that each kind's other word is translated from (K,).
        position: of the word that is to be explained (L,).
        near: how near the diagonal each link is (L,).
        null: see `Side.null`.
    """
    prior = (1 - _UNALIGNED) * near / np.bincount(position, near)[position]
    likely = np.ones(len(given))
    for _ in range(_ROUNDS):
        weights = prior * likely[kind]
        whole = np.bincount(position, weights) + null
        counts = np.bincount(kind, weights / whole[position])
        likely = counts / np.bincount(given, counts)[given]
    weights = prior * likely[kind]
    best = null.copy()
    np.maximum.at(best, position, weights)
    found: npt.NDArray[np.bool_] = weights == best[position]
    return found


def _grown(
    chosen: npt.NDArray[np.bool_], possible: npt.NDArray[np.bool_], a: Numbers, b: Numbers, width: Numbers
) -> npt.NDArray[np.bool_]:
    """Links beside chosen ones are chosen too, where a word has none yet: grow-diag, all at once a round.

    Args:
        width: words of the target: how many links further the link of the next word in the source is, (L,).
    """
    chosen = chosen.copy()
    left = np.flatnonzero(possible & ~chosen)
    while len(left):
        free_a, free_b = (~np.isin(side[left], side[chosen]) for side in (a, b))
        beside = np.zeros(len(left), dtype=bool)
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                other = np.clip(left + down * width[left] + right, 0, len(chosen) - 1)
                beside |= chosen[other] & (a[other] == a[left] + down) & (b[other] == b[left] + right)
        new = beside & (free_a | free_b)
        if not new.any():
            break
        chosen[left[new]] = True
        left = left[~new]
    return chosen
