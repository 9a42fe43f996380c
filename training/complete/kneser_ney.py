"""N-gram models with interpolated modified Kneser-Ney smoothing.

Counts are arrays, not dictionaries of tuples: an n-gram is numbered among those of its order, and found by the number
of its first n - 1 tokens and its last token.

Reference:
    Kneser and Ney, Improved Backing-off for M-gram Language Modeling, ICASSP 1995; Chen and Goodman, An Empirical Study
    of Smoothing Techniques for Language Modeling, Computer Speech and Language 1999 (modified, interpolated).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seqserve.complete.ngrams import Ngrams, Order
from seqserve.complete.subwords import END

Numbers = npt.NDArray[np.int64]
_UNSEEN = -1


@dataclass(frozen=True)
class _Order:
    """The n-grams of one order.

    Args:
        keys: sorted, number of the first n - 1 tokens times V plus the last token.
        counts: of each n-gram (K,).
        numerators: of each n-gram (K,), its count less the discount.
        backoff: of each (n - 1)-gram (C,), the share that goes to the lower order; 1 where it was not seen.
        totals: of each (n - 1)-gram (C,), what its numerators are divided by.
    """

    keys: Numbers
    counts: Numbers
    numerators: npt.NDArray[np.float64]
    backoff: npt.NDArray[np.float64]
    totals: npt.NDArray[np.float64]


class KneserNey:
    """An n-gram model; a text is preceded by `END` n - 1 times and followed by it once.

    Args:
        texts: tokens of each.
        vocabulary: V; each token has some probability, whether it was seen or not.
        order: n, from 1 on.
    """

    def __init__(self, texts: Sequence[Sequence[int]], vocabulary: int, order: int) -> None:
        self.order, self._vocabulary = order, vocabulary
        stream, predicted = _padded(texts, order)
        self._orders: list[_Order] = []
        shorter = np.zeros(len(stream), dtype=np.int64)  # number of the (n - 1)-gram that ends at each place
        contexts = 1
        numbered: list[tuple[Numbers, Numbers, Numbers]] = []
        for _ in range(order):
            before = np.concatenate([[0], shorter[:-1]])  # the one that ends a place earlier
            keys, first, number = np.unique(before * vocabulary + stream, return_index=True, return_inverse=True)
            numbered.append((keys, first, number))
            shorter, contexts = number, len(keys)
        for index, (keys, _, number) in enumerate(numbered):
            if index == order - 1:
                counts = np.bincount(number[predicted], minlength=len(keys))
            else:  # of lower orders it counts how many different tokens stand before an n-gram
                longer_keys, longer_first, longer = numbered[index + 1]
                seen = np.bincount(longer[predicted], minlength=len(longer_keys)) > 0
                counts = np.bincount(number[longer_first[seen]], minlength=len(keys))
            contexts = 1 if not index else len(numbered[index - 1][0])
            self._orders.append(_order(keys, counts, contexts, vocabulary))

    def pruned(self, fewest: int) -> Ngrams:
        """What of it may be served: n-grams of two tokens and more that have this count, as their order counts."""
        size = self._vocabulary
        packed = np.zeros(1, dtype=np.int64)  # each n-gram's tokens as one number
        orders = []
        for number, order in enumerate(self._orders):
            context, token = np.divmod(order.keys, size)
            if number:
                kept = np.flatnonzero(order.counts >= fewest)
                kept = kept[np.argsort(packed[context[kept]], kind="stable")]
                contexts, sizes = np.unique(packed[context[kept]], return_counts=True)
                shares = (order.numerators[kept] / order.totals[context[kept]]).astype(np.float16)
                orders.append(Order(contexts, sizes.astype(np.uint16), token[kept].astype(np.uint16), shares))
            packed = packed[context] * size + token
        single = self._probabilities_of_single().astype(np.float32)
        return Ngrams(single / single.sum(), orders)

    def _probabilities_of_single(self) -> npt.NDArray[np.float64]:
        order = self._orders[0]
        found = np.full(self._vocabulary, order.backoff[0] / self._vocabulary)
        found[order.keys] += order.numerators / order.totals[0]
        return found

    def surprisal(self, texts: Sequence[Sequence[int]]) -> list[npt.NDArray[np.float64]]:
        """Nats of every token of texts, and of their ends, given those before it (T + 1,) each."""
        if not texts:
            return []
        stream, predicted = _padded(texts, self.order)
        nats = -np.log(self._probabilities(stream)[predicted])
        ends = np.cumsum([len(text) + 1 for text in texts])
        return np.split(nats, ends[:-1])

    def distribution(self, before: Sequence[int]) -> npt.NDArray[np.float64]:
        """The probability of each token (V,) after these."""
        start = [*[END] * (self.order - 1), *before]
        context = start[len(start) - self.order + 1 :]
        rows = np.array([[*context, token] for token in range(self._vocabulary)], dtype=np.int64)
        found = self._probabilities(rows.ravel())
        return found[self.order - 1 :: self.order]

    def _probabilities(self, stream: Numbers) -> npt.NDArray[np.float64]:
        """Of each token of a stream, given those before it."""
        found = np.full(len(stream), 1 / self._vocabulary)
        context = np.zeros(len(stream), dtype=np.int64)  # number of the n-gram before each place
        for order in self._orders:
            keys = np.where(context == _UNSEEN, _UNSEEN, context * self._vocabulary + stream)
            place = np.searchsorted(order.keys, keys).clip(max=len(order.keys) - 1)
            number = np.where(order.keys[place] == keys, place, _UNSEEN)
            known = context != _UNSEEN
            own = np.where(number != _UNSEEN, order.numerators[number], 0.0)
            found = np.where(known, own / order.totals[context] + order.backoff[context] * found, found)
            context = np.concatenate([[_UNSEEN], number[:-1]])
        return found


def _order(keys: Numbers, counts: Numbers, contexts: int, vocabulary: int) -> _Order:
    context = keys // vocabulary
    discounts = _discounts(counts)[np.minimum(counts, 3)]
    totals = np.bincount(context, weights=counts, minlength=contexts)
    taken = np.bincount(context, weights=discounts, minlength=contexts)
    backoff = np.where(totals > 0, taken / np.maximum(totals, 1), 1.0)
    return _Order(keys, counts, counts - discounts, backoff, np.maximum(totals, 1))


def _discounts(counts: Numbers) -> npt.NDArray[np.float64]:
    """What is taken from counts of 0, 1, 2 and 3 or more; of too few counts a half each."""
    ones, twos, threes, fours = (int((counts == number).sum()) for number in (1, 2, 3, 4))
    if not (ones and twos and threes):
        return np.array([0, 0.5, 0.5, 0.5])
    share = ones / (ones + 2 * twos)
    found = [1 - 2 * share * twos / ones, 2 - 3 * share * threes / twos, 3 - 4 * share * fours / threes]
    # Of few counts an estimate may be out of bounds.
    return np.array([0, *(min(max(value, 0.05), number - 0.05) for number, value in enumerate(found, 1))])


def _padded(texts: Sequence[Sequence[int]], order: int) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """Texts one behind the other, each behind n - 1 ends, and which tokens are predicted: not these."""
    start = [END] * (order - 1)
    stream = np.concatenate([np.array([*start, *text, END], dtype=np.int64) for text in texts])
    predicted = np.concatenate([np.arange(order + len(text)) >= order - 1 for text in texts])
    return stream, predicted
