"""The universal network: small recurrent members over patches of a window, each choosing among classical forecasts
and correcting them; the forecast is the mean of the members' quantiles.

References:
    Cho et al., Learning phrase representations using RNN encoder-decoder, 2014 (GRU).
    Feng et al., Were RNNs all we needed?, 2024 (minGRU: gates that do not look at the state).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np
from keras import ops

from seqserve.forecast.universal import bases, features
from training.forecast.universal.windows import batch_shapes

LEVELS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995)
"""Quantiles that the network states."""
MIDDLE = LEVELS.index(0.5)


@dataclass(frozen=True)
class Member:
    """One network of the committee.

    Args:
        cell: of its two recurrent layers.
        coarse: whether it sees the coarse blocks too.
    """

    cell: Literal["mingru", "gru"] = "mingru"
    units: int = 96
    width: int = 64
    decoder: int = 128
    coarse: bool = True


WEIGHTS = "weights.npz"
"""The file of a version that learning can go on from."""

MEMBERS = (Member(), Member(cell="gru", units=80, coarse=False), Member(units=128, width=48, decoder=96))


@keras.saving.register_keras_serializable("seqserve")
class MinGRU(keras.layers.Layer):
    """A gated recurrent layer whose gate and candidate depend on the input alone: h = (1 - z) h + z c.

    Shape:
        (N, T, U) to (N, T, units).
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.project = keras.layers.Dense(2 * units)

    def build(self, shape: Any) -> None:
        self.project.build(shape)

    def call(self, inputs: Any) -> Any:
        gate, candidate = ops.split(self.project(inputs), 2, axis=-1)
        # unstacked once: the gradient of a slice would be as large as the whole, at every step
        kept = ops.unstack(1.0 - ops.sigmoid(gate), axis=1)
        added = ops.unstack(ops.sigmoid(gate) * ops.tanh(candidate), axis=1)
        states = [added[0]]
        for keep, add in zip(kept[1:], added[1:], strict=True):
            states.append(keep * states[-1] + add)
        return ops.stack(states, axis=1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units}


def build(members: tuple[Member, ...] = MEMBERS) -> keras.Model:
    """The committee.

    Shape:
        inputs as `features.Inputs`, to (N, H, members, quantiles), in spreads.
    """
    inputs = {name: keras.Input(shape, name=name) for name, shape in batch_shapes().items()}
    outputs = [_member(inputs, member, f"member{number}") for number, member in enumerate(members)]
    return keras.Model(inputs, ops.stack(outputs, axis=2) if len(outputs) > 1 else outputs[0][:, :, None])


def saved(model: keras.Model) -> bytes:
    """The weights as a file."""
    file = io.BytesIO()
    np.savez_compressed(file, *map(ops.convert_to_numpy, model.weights))
    return file.getvalue()


def restored(content: bytes) -> keras.Model:
    """The network with weights that were `saved`."""
    model = build()
    restore(model, content)
    return model


def restore(model: keras.Model, content: bytes) -> None:
    """Give a network weights that were `saved`."""
    with np.load(io.BytesIO(content)) as arrays:
        model.set_weights(list(arrays.values()))


def _member(inputs: dict[str, Any], member: Member, name: str) -> Any:
    dense = keras.layers.Dense
    steps = inputs["steps"]
    width = inputs["width"][:, None, None]
    forecasts = steps[:, :, features.LAGS :]
    centre = ops.mean(forecasts, axis=2, keepdims=True)
    apart = ops.clip((forecasts - centre) / width, -8.0, 8.0)
    seen = dense(member.width, activation="relu", name=f"{name}_patches")(inputs["patches"])
    if member.coarse:
        coarse = dense(member.width, activation="relu", name=f"{name}_blocks")(inputs["blocks"])
        seen = ops.concatenate([coarse, seen], axis=1)
    first = _recurrent(member, f"{name}_first")(seen)
    second = _recurrent(member, f"{name}_second")(first)
    state = first[:, -1] + second[:, -1]
    scalars = dense(member.units, activation="relu", name=f"{name}_scalars")(inputs["scalars"])
    state = dense(member.units, activation="relu", name=f"{name}_state")(ops.concatenate([state, scalars], axis=1))
    known = dense(member.decoder, name=f"{name}_known")(state)[:, None]
    ahead = dense(member.decoder, use_bias=False, name=f"{name}_ahead")(
        ops.concatenate([ops.clip(steps[:, :, : features.LAGS], -10.0, 10.0), apart], axis=2)
    )
    hidden = dense(64, activation="relu", name=f"{name}_hidden")(ops.relu(known + ahead))
    count = len(LEVELS) - 1
    out = dense(
        count + 1 + bases.COUNT,
        kernel_initializer="zeros",
        bias_initializer=_first_bias(count),
        name=f"{name}_out",
    )(hidden)
    gate = out[:, :, count + 1 :] + dense(bases.COUNT, kernel_initializer="zeros", name=f"{name}_gate")(state)[:, None]
    median = (
        ops.sum(ops.softmax(gate, axis=-1) * forecasts, axis=2, keepdims=True) + width * out[:, :, count : count + 1]
    )
    apart_by = 0.5 * width * ops.softplus(out[:, :, :count])
    below = ops.flip(ops.cumsum(apart_by[:, :, :MIDDLE], axis=2), axis=2)
    above = ops.cumsum(apart_by[:, :, MIDDLE:], axis=2)
    return ops.concatenate([median - below, median, median + above], axis=2)


def _recurrent(member: Member, name: str) -> Any:
    if member.cell == "mingru":
        return MinGRU(member.units, name=name)
    return keras.layers.GRU(member.units, return_sequences=True, unroll=True, name=name)


def _first_bias(count: int) -> Any:
    """Quantiles begin narrow, the correction and the gate at nothing: the mean of all classical forecasts."""

    def initial(shape: Any, dtype: Any = None) -> Any:
        return ops.convert_to_tensor([-1.0] * count + [0.0] * (shape[0] - count), dtype=dtype)

    return initial


@keras.saving.register_keras_serializable("seqserve")
class Pinball(keras.losses.Loss):
    """The pinball loss, averaged over the quantiles and weighted a step; targets are (N, H, 2): value and weight."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        error = y_true[:, :, 0][:, :, None, None] - y_pred
        levels = ops.convert_to_tensor(LEVELS, dtype=y_pred.dtype)
        loss = ops.mean(ops.maximum(levels * error, (levels - 1) * error), axis=(2, 3))
        weights = y_true[:, :, 1]
        return (
            2 * ops.sum(loss * weights, axis=1) / ops.maximum(ops.sum(ops.cast(weights > 0, y_pred.dtype), axis=1), 1.0)
        )
