"""Why a text has its label: Shapley values of its words, which add up to the log-odds that are answered.

Reference:
    Strumbelj and Kononenko, Explaining Prediction Models and Individual Predictions with Feature Contributions, 2014
    (sampled orders); Mitchell et al., Sampling Permutations for Shapley Value Estimation, JMLR 2022 (an order and its
    reverse).
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from seqserve.sentiment.word_spans import Word
from seqserve.sentiment.word_tokenizer import Encoded

Rows = npt.NDArray[np.float64]

MOST_STEPS = 32_768
"""Steps to explain one text, at most: up to 128 tokens each word stands alone, in a longer text several."""
_MOST_ORDERS = 8
"""Orders of the words that are sampled; half of them are the reverse of the others."""


def parts(words: Sequence[Word], encoded: Encoded) -> list[Word]:
    """Runs of as few words as the bound on the cost allows, none of them across the cut."""
    most = max(1, MOST_STEPS // (2 * len(encoded.ids)))
    size = max(1, -(-len(words) // most))
    found = []
    for side in (
        [word for word in words if word.last <= encoded.head],
        [word for word in words if word.last > encoded.head],
    ):
        for begin in range(0, len(side), size):
            run = side[begin : begin + size]
            found.append(Word(run[0].first, run[-1].last, run[0].start, run[-1].end))
    return found


def orders(count: int, tokens: int) -> list[list[int]]:
    """Orders in which `count` parts of a text of so many tokens are shown, one after the other; always the same."""
    if count < 2:
        return [list(range(count))]
    pairs = min(_MOST_ORDERS // 2, max(1, MOST_STEPS // (2 * tokens * (count - 1))))
    found, chance = [list(range(count))], random.Random(count)
    while len(found) < pairs:
        found.append(chance.sample(range(count), count))
    return [order for one in found for order in (one, one[::-1])]


def hidden(order: Sequence[int]) -> list[list[int]]:
    """What is hidden while the parts are shown one by one: neither all of them nor none."""
    return [list(order[shown:]) for shown in range(1, len(order))]


def contributions(orders: Sequence[Sequence[int]], whole: float, nothing: float, between: Rows) -> Rows:
    """What each part adds, on average over the orders, to what is shown already: (P,); they add up to whole - nothing.

    Args:
        whole, nothing: the log-odds of the text, and of the text with all parts hidden.
        between: log-odds while the parts are shown, one order behind the other; see `hidden`.
    """
    count = len(orders[0])
    found = np.zeros(count)
    for order, shown in zip(orders, between.reshape(len(orders), max(0, count - 1)), strict=True):
        found[list(order)] += np.diff(np.concatenate([[nothing], shown, [whole]]))[:count]
    return found / len(orders)
