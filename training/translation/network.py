"""The encoder-decoder network, as plain Keras 3, and the loss it learns by."""

from __future__ import annotations

from typing import Any, Literal

import keras
from keras import ops

from seqserve.translation.subword_tokenizer import PADDING
from training.core.layers import CELLS, LengthMask, Pooling


def translator(
    cell: Literal["lstm", "gru"],
    vocabulary: int,
    dimension: int,
    encoder: list[int],
    decoder: int,
    *,
    attention: bool,
    dropout: float = 0.0,
) -> keras.Model:
    """A bidirectional encoder and a decoder of two layers, of which the second sees what the first attends to.

    All embeddings, and the projection to the vocabulary, are one table. Without attention the decoder knows
    the source by its first state alone.

    Args:
        encoder: units a layer, each direction.
        decoder: units of each of the two layers.

    Shape:
        Tokens (N, S), their lengths (N,) and the target's tokens up to the one before (N, T), integers, to
        unscaled log-probabilities (N, T, vocabulary). What stands behind a row's length does not count.

    Reference:
        Luong et al., Effective Approaches to Attention-based Neural Machine Translation, EMNLP 2015 (general
        attention); Press and Wolf, Using the Output Embedding to Improve Language Models, EACL 2017.
    """
    tokens, lengths = keras.Input((None,), dtype="int32", name="x"), keras.Input((), dtype="int32", name="lengths")
    before = keras.Input((None,), dtype="int32", name="before")
    dropped = keras.layers.Dropout
    table = keras.layers.ReversibleEmbedding(
        vocabulary,
        dimension,
        embeddings_initializer=keras.initializers.RandomNormal(stddev=dimension**-0.5),
        reverse_dtype=keras.config.dtype_policy().compute_dtype,  # else that of the table, whatever the policy
    )
    mask = LengthMask()(tokens, lengths)
    steps = dropped(dropout)(table(tokens))
    for number, units in enumerate(encoder, 1):
        layer = CELLS[cell](units, return_sequences=True)
        steps = keras.layers.Bidirectional(layer, name=f"encoder_{number}")(steps, mask=mask)
        steps = dropped(dropout)(steps)
    summary = Pooling(["last"], directions=2)(steps, lengths)

    def decoded(inputs: Any, number: int) -> Any:
        states = [keras.layers.Dense(decoder, "tanh", name=f"state_{number}")(summary)]
        if cell == "lstm":
            states.append(keras.layers.Dense(decoder, name=f"memory_{number}")(summary))
        layer = CELLS[cell](decoder, return_sequences=True, name=f"decoder_{number}")
        return dropped(dropout)(layer(inputs, initial_state=states))

    seen = decoded(dropped(dropout)(table(before)), 1)
    if attention:
        query = keras.layers.Dense(2 * encoder[-1], use_bias=False, name="query")(seen)
        context = keras.layers.Attention(name="attention")([query, steps], mask=[None, mask])
        final = _joined([decoded(_joined([seen, context]), 2), context])
    else:
        final = decoded(seen, 2)
    final = dropped(dropout)(keras.layers.Dense(dimension, "tanh", name="final")(final))
    return keras.Model([tokens, lengths, before], table(final, reverse=True))


def _joined(parts: list[Any]) -> Any:
    return keras.layers.Concatenate()(parts)


def smoothed(smoothing: float) -> Any:
    """Cross-entropy a token with a share of the target spread over the vocabulary; padding does not count.

    Reference:
        Szegedy et al., Rethinking the Inception Architecture, CVPR 2016.
    """

    def loss(targets: Any, outputs: Any) -> Any:
        targets, outputs = ops.cast(targets, "int32"), ops.cast(outputs, "float32")
        chosen = ops.take_along_axis(outputs, targets[..., None], axis=-1)[..., 0]
        every = ops.logsumexp(outputs, axis=-1)
        lost = every - (1 - smoothing) * chosen - smoothing * ops.mean(outputs, axis=-1)
        counts = ops.cast(targets != PADDING, outputs.dtype)
        return ops.sum(lost * counts) / ops.sum(counts)

    return loss
