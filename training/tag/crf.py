"""The conditional random field that the network is fitted with: how likely tags follow one another is learned too.

Reference:
    Lafferty et al., Conditional Random Fields, ICML 2001; Huang et al., Bidirectional LSTM-CRF Models for Sequence
    Tagging, 2015.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from seqserve.tag.decoding import FORBIDDEN, allowed_transitions
from training.core.layers import Unmasked


class _Sums(keras.layers.Layer):
    """One word more in the sums over all tags: of each tag, the log sum over the ways to it (N, K).

    Args:
        forbidden: what is added to the score of a tag behind another (K, K).
    """

    def __init__(self, tags: int, forbidden: Any) -> None:
        super().__init__(name="sums")
        self.state_size = self.output_size = tags
        self._forbidden = np.asarray(forbidden, dtype=np.float32)

    def build(self, shape: Any) -> None:
        size = (self.state_size, self.state_size)
        self.transitions = self.add_weight(shape=size, initializer="zeros", name="transitions")
        self.built = True

    def call(self, scores: Any, states: Any) -> tuple[Any, list[Any]]:
        ways = states[0][:, :, None] + (self.transitions + self._forbidden)[None]
        after = ops.logsumexp(ways, axis=1) + scores
        return after, [after]


class TagLoss(Unmasked):
    """The negative log-likelihood of the tags of each text.

    Args:
        tags: names of the tags, `O`, `B-person` and so on.

    Shape:
        Scores (N, T, K), tags (N, T) and lengths (N,) to (N,).
    """

    def __init__(self, tags: list[str], **options: Any) -> None:
        super().__init__(**options)
        self.tags = list(tags)
        first, following = allowed_transitions(tags)
        self._sums = keras.layers.RNN(_Sums(len(self.tags), np.where(following, 0, FORBIDDEN)))
        self._first = np.where(first, 0, FORBIDDEN).astype(np.float32)

    def build(self, *shapes: Any) -> None:
        count = len(self.tags)
        self.start = self.add_weight(shape=(count,), initializer="zeros", name="start")
        self.end = self.add_weight(shape=(count,), initializer="zeros", name="end")
        self._sums.build((None, None, count))
        self.built = True

    @property
    def transitions(self) -> Any:
        """Scores of a tag behind another (K, K)."""
        return self._sums.cell.transitions

    def call(self, scores: Any, tags: Any, lengths: Any, mask: Any = None) -> Any:
        start = self.start + self._first
        steps = ops.shape(scores)[1]
        counts = ops.cast(ops.arange(steps)[None, :] < ops.cast(lengths, "int32")[:, None], "float32")
        chosen = ops.one_hot(tags, len(self.tags), dtype="float32") * counts[:, :, None]
        told = ops.sum(scores * chosen, axis=(1, 2)) + ops.sum(chosen[:, 0] * start, axis=1)
        told += ops.einsum("nti,ij,ntj->n", chosen[:, :-1], self.transitions, chosen[:, 1:])
        last = (
            chosen
            * ops.cast(ops.arange(steps)[None, :] == ops.cast(lengths, "int32")[:, None] - 1, "float32")[:, :, None]
        )
        told += ops.sum(last * self.end, axis=(1, 2))

        final = self._sums(scores[:, 1:], mask=counts[:, 1:] > 0, initial_state=[start[None] + scores[:, 0]])
        return ops.logsumexp(final + self.end, axis=1) - told

    def compute_output_shape(self, scores_shape: Any, *shapes: Any) -> tuple[int | None]:
        return (scores_shape[0],)
