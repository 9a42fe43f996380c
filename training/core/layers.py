"""Layers that several tasks have, as plain Keras 3: they train on any backend, and `onnx_export` knows each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from training.core.config import Pool

CELLS: dict[str, type[keras.layers.RNN]] = {
    "rnn": keras.layers.SimpleRNN,
    "lstm": keras.layers.LSTM,
    "gru": keras.layers.GRU,
}


class Unmasked(keras.layers.Layer):
    """A layer whose output has no mask of its own, whatever its inputs had."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.supports_masking = True

    def compute_mask(self, *inputs: Any, **options: Any) -> None:
        return None


@keras.saving.register_keras_serializable("seqserve")
class LengthMask(Unmasked):
    """Which steps of each row count: tokens (N, T) and lengths (N,) to booleans (N, T)."""

    def call(self, tokens: Any, lengths: Any) -> Any:
        return ops.arange(ops.shape(tokens)[1])[None, :] < lengths[:, None]


@keras.saving.register_keras_serializable("seqserve")
class Pooling(Unmasked):
    """The steps of each row as one vector: steps (N, T, U) and lengths (N,) to (N, kinds * U).

    Args:
        kinds: `last` (of the backward direction the first step, which it read last), `max`, `mean`.
        directions: 2, if the second half of U was read backwards.
    """

    def __init__(self, kinds: Sequence[Pool], directions: int, **options: Any) -> None:
        super().__init__(**options)
        self.kinds = list(kinds)
        self.directions = directions

    def call(self, steps: Any, lengths: Any, mask: Any = None) -> Any:
        pooled = []
        counts = ops.arange(ops.shape(steps)[1])[None, :] < lengths[:, None]
        for kind in self.kinds:
            if kind == "max":
                pooled.append(ops.max(ops.where(counts[..., None], steps, -1e30), axis=1))
            elif kind == "mean":
                total = ops.sum(ops.where(counts[..., None], steps, 0.0), axis=1)
                pooled.append(total / ops.cast(lengths, steps.dtype)[:, None])
            else:
                final = ops.take_along_axis(steps, (lengths - 1)[:, None, None], axis=1)[:, 0]
                half = ops.shape(steps)[-1] // self.directions
                pooled.append(final[:, :half])
                if self.directions == 2:
                    pooled.append(steps[:, 0, half:])
        return ops.concatenate(pooled, axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "kinds": self.kinds, "directions": self.directions}
