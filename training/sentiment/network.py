"""The network that reads a text: recurrent layers over embedded tokens, pooled."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from training.core.config import Cell, Pool
from training.core.layers import CELLS, LengthMask, Pooling
from training.sentiment.linear.ngrams import Ngrams


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


def linear(bits: int, outputs: int) -> keras.Model:
    """The scores of the n-grams alone, and a layer that weighs them.

    Shape:
        As of `reader`.
    """
    tokens, lengths = keras.Input((None,), dtype="int32", name="x"), keras.Input((), dtype="int32", name="lengths")
    scores = Ngrams(bits, 1 if outputs == 2 else outputs)(tokens, lengths)
    return keras.Model([tokens, lengths], keras.layers.Dense(outputs)(scores))


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
