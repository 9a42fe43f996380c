"""The recurrent networks, as plain Keras 3: they train on any backend, and `onnx_export` knows every layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

Cell = Literal["rnn", "lstm", "gru"]
CELLS: dict[str, type[keras.layers.RNN]] = {
    "rnn": keras.layers.SimpleRNN,
    "lstm": keras.layers.LSTM,
    "gru": keras.layers.GRU,
}
Pool = Literal["last", "max", "mean"]
BASE = 1_000_003
"""N-grams are numbers with their tokens as digits to this base; prime, and three digits fit 63 bits."""
NOTHING = 2**62
"""What stands where a row has no n-gram."""
SIGNATURES = 65_535
"""So many signatures there are, from 1; a row of the table without a score has 0."""


def recurrent(
    cell: Cell, units: Sequence[int], features: int, outputs: int, dropout: float = 0.0, sequence: bool = False
) -> keras.Sequential:
    """Recurrent layers over a window, each followed by dropout, and a linear projection.

    Args:
        units: one number a layer.
        sequence: project every step (outputs a step) rather than the last state.

    Shape:
        (N, T, features) to (N, outputs), or to (N, T, outputs) with `sequence`; T may vary.
    """
    network = keras.Sequential([keras.Input((None, features))])
    for number, size in enumerate(units, 1):
        network.add(CELLS[cell](size, return_sequences=sequence or number < len(units)))
        if dropout:
            network.add(keras.layers.Dropout(dropout))
    # On (N, T, U) a Dense layer projects every step; TimeDistributed(Dense) would say the same, but as
    # of Keras 3.15 it answers otherwise in a compiled graph than eagerly when T may vary.
    network.add(keras.layers.Dense(outputs))
    return network


def reader(
    cell: Cell,
    units: Sequence[int],
    vocabulary: int,
    dimension: int,
    outputs: int,
    *,
    bidirectional: bool,
    pooling: Sequence[Pool],
    dropout: float = 0.0,
) -> keras.Model:
    """Embedded tokens, recurrent layers over them, their steps pooled, and a linear projection.

    Args:
        units: one number a layer, of each direction.
        pooling: how the steps become one; several are concatenated.

    Shape:
        Tokens (N, T) and lengths (N,), both integers, to (N, outputs). What stands behind a row's
        length does not count.
    """
    tokens, lengths = keras.Input((None,), dtype="int32", name="x"), keras.Input((), dtype="int32", name="lengths")
    mask = LengthMask()(tokens, lengths)
    steps = keras.layers.Embedding(vocabulary, dimension)(tokens)
    if dropout:
        steps = keras.layers.SpatialDropout1D(dropout / 2)(steps)
    for size in units:
        layer = CELLS[cell](size, return_sequences=True)
        steps = (keras.layers.Bidirectional(layer) if bidirectional else layer)(steps, mask=mask)
    pooled = Pooling(pooling, directions=2 if bidirectional else 1)(steps, lengths)
    if dropout:
        pooled = keras.layers.Dropout(dropout)(pooled)
    return keras.Model([tokens, lengths], keras.layers.Dense(outputs)(pooled))


def widened(network: keras.Model, bits: int) -> keras.Model:
    """A fitted reader with the scores of the n-grams beside its pooled steps, for its last layer to weigh.

    Reference:
        Cheng et al., Wide and Deep Learning, 2016.
    """
    tokens, lengths = network.inputs
    final = network.layers[-1]
    scores = Ngrams(bits, 1 if final.units == 2 else final.units)(tokens, lengths)
    features = keras.layers.Concatenate()([final.input, scores])
    return keras.Model(network.inputs, keras.layers.Dense(final.units)(features))


class _Unmasked(keras.layers.Layer):
    """A layer whose output has no mask of its own, whatever its inputs had."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.supports_masking = True

    def compute_mask(self, *inputs: Any, **options: Any) -> None:
        return None


@keras.saving.register_keras_serializable("seqserve")
class LengthMask(_Unmasked):
    """Which steps of each row count: tokens (N, T) and lengths (N,) to booleans (N, T)."""

    def call(self, tokens: Any, lengths: Any) -> Any:
        return ops.arange(ops.shape(tokens)[1])[None, :] < lengths[:, None]


@keras.saving.register_keras_serializable("seqserve")
class Pooling(_Unmasked):
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
        found = []
        counts = ops.arange(ops.shape(steps)[1])[None, :] < lengths[:, None]
        for kind in self.kinds:
            if kind == "max":
                found.append(ops.max(ops.where(counts[..., None], steps, -1e30), axis=1))
            elif kind == "mean":
                total = ops.sum(ops.where(counts[..., None], steps, 0.0), axis=1)
                found.append(total / ops.cast(lengths, steps.dtype)[:, None])
            else:
                final = ops.take_along_axis(steps, (lengths - 1)[:, None, None], axis=1)[:, 0]
                half = ops.shape(steps)[-1] // self.directions
                found.append(final[:, :half])
                if self.directions == 2:
                    found.append(steps[:, 0, half:])
        return ops.concatenate(found, axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "kinds": self.kinds, "directions": self.directions}


@keras.saving.register_keras_serializable("seqserve")
class Ngrams(_Unmasked):
    """The sum of the scores of the words, pairs and triples of words in a row, each counted once.

    An n-gram is a number, see `ngrams`; its last `bits` bits say in which row of the table its score is,
    and what is left of it, to a remainder, must be the signature there, or it has none.

    Shape:
        Tokens (N, T) and lengths (N,) to (N, outputs).
    """

    def __init__(self, bits: int, outputs: int, **options: Any) -> None:
        super().__init__(**options)
        self.bits = bits
        self.outputs = outputs
        fixed = {"initializer": "zeros", "trainable": False}
        self.table = self.add_weight(shape=(2**bits, outputs), name="table", **fixed)
        self.signatures = self.add_weight(shape=(2**bits,), dtype="uint16", name="signatures", **fixed)

    def call(self, tokens: Any, lengths: Any) -> Any:
        words = ops.cast(tokens, "int64")
        pairs = words[:, :-1] * BASE + words[:, 1:]
        triples = pairs[:, :-1] * BASE + words[:, 2:]
        found = []
        for size, numbers in enumerate((words, pairs, triples), 1):
            counts = ops.arange(ops.shape(numbers)[1])[None, :] <= lengths[:, None] - size
            found.append(ops.where(counts, numbers, NOTHING))
        every = ops.sort(ops.concatenate(found, axis=1), axis=1)
        first = ops.concatenate([ops.ones_like(every[:, :1], dtype="bool"), every[:, 1:] != every[:, :-1]], axis=1)
        rows, signatures = every % 2**self.bits, every // 2**self.bits % SIGNATURES + 1
        known = ops.cast(ops.take(self.signatures, rows), "int64") == signatures
        counts = first & known & (every != NOTHING)
        return ops.sum(ops.where(counts[..., None], ops.take(self.table, rows, axis=0), 0.0), axis=1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "bits": self.bits, "outputs": self.outputs}


def ngrams(tokens: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """The distinct words, pairs and triples of a text's tokens (T,), in order; each with tokens as digits to a base."""
    words = tokens.astype(np.int64)
    pairs = words[:-1] * BASE + words[1:]
    return np.unique(np.concatenate([words, pairs, pairs[:-1] * BASE + words[2:]]))
