"""A small n-gram model beside the network: what it has seen word for word, it knows better.

Of each context only the frequent n-grams are kept, with their shares; the rest of a context's probability goes to the
shorter context, so that all probabilities sum to one.

Reference:
    Mikolov et al., Recurrent Neural Network Based Language Model, Interspeech 2010 (a network beside an n-gram model).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from seqserve.core.arrays import packed, unpacked

FILE = "ngrams.npz"
HISTORY = 4
"""Tokens that a context may have."""

Floats = npt.NDArray[np.float32]


class Order(NamedTuple):
    """The n-grams of one order.

    Args:
        contexts: sorted (C,), the n - 1 tokens as one number of base V.
        sizes: of each context (C,), its n-grams.
        tokens: the last one of each n-gram (K,), those of a context together.
        shares: of each n-gram (K,), of the context's probability.
    """

    contexts: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.uint16]
    tokens: npt.NDArray[np.uint16]
    shares: npt.NDArray[np.float16]


class Ngrams:
    """The probability of each token after the last ones.

    Args:
        single: probabilities without a context (V,).
        orders: of two tokens and more.

    Raises:
        ValueError: the arrays do not fit together.
    """

    def __init__(self, single: Floats, orders: Sequence[Order]) -> None:
        self.single, self.orders = single, list(orders)
        self._ends = [np.cumsum(order.sizes, dtype=np.int64) for order in orders]
        for order, ends in zip(orders, self._ends, strict=True):
            fits = len(order.contexts) == len(ends) and len(order.tokens) == len(order.shares)
            if not fits or len(order.tokens) != (ends[-1] if len(ends) else 0) or (order.tokens >= len(single)).any():
                raise ValueError("the arrays of the n-grams do not fit together")
        if len(orders) > HISTORY:
            raise ValueError(f"n-grams have at most {HISTORY + 1} tokens")

    def after(self, tokens: npt.NDArray[np.int64]) -> Floats:
        """The probability of each token (V,) after the last `HISTORY` ones."""
        found, key, base = self.single.copy(), 0, 1
        for number, (order, ends) in enumerate(zip(self.orders, self._ends, strict=True), 1):
            key += int(tokens[-number]) * base
            base *= len(self.single)
            place = int(np.searchsorted(order.contexts, key))
            if place == len(ends) or order.contexts[place] != key:
                break  # a longer context was not kept either
            of = slice(int(ends[place]) - int(order.sizes[place]), int(ends[place]))
            shares = order.shares[of].astype(np.float32)
            found *= max(0.0, 1 - float(shares.sum(dtype=np.float64)))
            found[order.tokens[of]] += shares
        return found

    def to_bytes(self) -> bytes:
        """The model as it is stored."""
        arrays = {"single": self.single}
        for number, order in enumerate(self.orders):
            differences = np.diff(order.contexts, prepend=0)  # which pack better
            named = {"contexts": differences, "sizes": order.sizes, "tokens": order.tokens, "shares": order.shares}
            arrays |= {f"{name}_{number}": values for name, values in named.items()}
        return packed(arrays)

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """A stored model.

        Raises:
            ValueError: the content is none.
        """
        with unpacked(content, "n-grams") as arrays:
            count = sum(name.startswith("tokens_") for name in arrays)
            orders = [
                Order(
                    np.cumsum(arrays[f"contexts_{number}"]),
                    *(arrays[f"{name}_{number}"] for name in ("sizes", "tokens", "shares")),
                )
                for number in range(count)
            ]
            return cls(arrays["single"], orders)
