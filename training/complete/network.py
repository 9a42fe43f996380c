"""A language model over subwords: an LSTM between one table that is read from and predicted by."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("seqserve")
class CarriedLSTM(keras.layers.Layer):
    """An LSTM that goes on from the state it had at the end of the batch before.

    Args:
        units: U.
        rows: N, of every batch.

    Shape:
        Steps (N, T, D) and whether each row's state goes on (N, 1) to steps (N, T, U).
    """

    def __init__(self, units: int, rows: int, **options: Any) -> None:
        super().__init__(**options)
        self.units, self.rows = units, rows
        self.lstm = keras.layers.LSTM(units, return_sequences=True, return_state=True, dtype=self.dtype_policy)

    def build(self, steps_shape: Any, goes_on_shape: Any) -> None:
        self.lstm.build(steps_shape)
        self.states = [
            self.add_weight(
                shape=(self.rows, self.units), initializer="zeros", trainable=False, dtype="float32", name=name
            )
            for name in ("state", "memory")
        ]

    def call(self, steps: Any, goes_on: Any) -> Any:
        goes_on = ops.cast(goes_on, "float32")
        before = [ops.cast(state * goes_on, steps.dtype) for state in self.states]
        output, *after = self.lstm(steps, initial_state=before)
        for state, value in zip(self.states, after, strict=True):
            state.assign(ops.stop_gradient(ops.cast(value, "float32")))
        return output

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units, "rows": self.rows}


def language_model(
    vocabulary: int,
    dimension: int,
    units: int,
    rows: int,
    steps: int,
    *,
    dropout: float = 0.0,
    precision: str = "float32",
) -> keras.Model:
    """A language model for batches of `training.complete.stream.Stream`.

    Args:
        dimension: of the table.
        rows, steps: N and T of every batch.
        precision: policy of the products; weights and outputs are in single precision.

    Shape:
        Tokens (N, T) and whether states go on (N, 1) to unscaled log-probabilities (N, T, vocabulary).

    Reference:
        Press and Wolf, Using the Output Embedding to Improve Language Models, EACL 2017; Zaremba et al., Recurrent
        Neural Network Regularization, 2014.
    """
    policy = keras.dtype_policies.get(precision)
    tokens = keras.Input((steps,), batch_size=rows, dtype="int32", name="x")
    goes_on = keras.Input((1,), batch_size=rows, name="goes_on")
    table = keras.layers.ReversibleEmbedding(
        vocabulary,
        dimension,
        embeddings_initializer=keras.initializers.RandomNormal(stddev=dimension**-0.5),
        reverse_dtype=policy.compute_dtype,
        dtype=policy,
        name="table",
    )
    read = keras.layers.Dropout(dropout, dtype=policy)(table(tokens))
    written = CarriedLSTM(units, rows, dtype=policy, name="lstm")(read, goes_on)
    written = keras.layers.Dropout(dropout, dtype=policy)(written)
    final = keras.layers.Dense(dimension, dtype=policy, name="final")(written)
    return keras.Model([tokens, goes_on], table(final, reverse=True))


@keras.saving.register_keras_serializable("seqserve")
class NextToken(keras.layers.Layer):
    """The cross-entropy of the tokens that follow, nats a token; as it learns, against samples instead of all tokens.

    Args:
        table: that tokens are predicted by.
        is_sampled: whether it learns from samples.

    Shape:
        Vectors (N, T, D), tokens that follow (N, T), samples (N, S) and their shares (N, S), of which only the first
        rows are read, to losses (N,).
    """

    def __init__(self, table: keras.layers.ReversibleEmbedding, is_sampled: bool, **options: Any) -> None:
        super().__init__(autocast=False, **options)  # shares in 16 bits would not be what was drawn by
        self._table = table
        self._is_sampled = is_sampled

    def call(self, vectors: Any, targets: Any, samples: Any, shares: Any, training: bool | None = None) -> Any:
        if not (training and self._is_sampled):
            logits = ops.cast(self._table(vectors, reverse=True), "float32")
            right = ops.take_along_axis(logits, targets[..., None], axis=-1)[..., 0]
            return ops.mean(ops.logsumexp(logits, axis=-1) - right, axis=1)
        drawn = ops.cast(ops.take(self._table.embeddings, samples[0], axis=0), vectors.dtype)
        others = ops.cast(ops.matmul(vectors, ops.transpose(drawn)), "float32") - ops.log(shares[0])
        others = ops.where(samples[0] == targets[..., None], -1e9, others)
        own = ops.cast(ops.take(self._table.embeddings, targets, axis=0), vectors.dtype)
        right = ops.sum(ops.cast(vectors * own, "float32"), axis=-1)
        every = ops.logaddexp(right, ops.logsumexp(others, axis=-1))
        return ops.mean(every - right, axis=1)


def learner(model: keras.Model, samples: int) -> keras.Model:
    """A language model with the losses (N,) of the batches of a `Stream` as its output.

    Args:
        samples: S, of each batch; 0 learns from all tokens.
    """
    tokens, goes_on = model.inputs
    rows, steps = tokens.shape
    targets = keras.Input((steps,), batch_size=rows, dtype="int32", name="targets")
    drawn = keras.Input((samples,), batch_size=rows, dtype="int32", name="samples")
    shares = keras.Input((samples,), batch_size=rows, name="shares")
    final, table = model.get_layer("final"), model.get_layer("table")
    losses = NextToken(table, samples > 0, dtype=final.dtype_policy, name="losses")
    return keras.Model([tokens, goes_on, targets, drawn, shares], losses(final.output, targets, drawn, shares))


def mean(_: Any, losses: Any) -> Any:
    """The loss of a `learner`."""
    return ops.mean(losses)
