"""An ONNX graph under construction, layer by layer: Keras' recurrent layers as ONNX's fused operators.

Keras' own export unrolls a GRU or a masked layer into a Loop, five times slower to serve. ONNX has
one operator a layer (LSTM, GRU, RNN) that takes the length of every row; only the order of the gates
and the split of the biases differ.

Reference:
    https://onnx.ai/onnx/operators/onnx__LSTM.html, onnx__GRU.html, onnx__RNN.html
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

_OPSET = 17
_IR_VERSION = 10
# Where each of ONNX's gates stands among Keras' (LSTM: i f c o to i o f c; GRU: z r h alike).
_GATES = {"LSTM": (0, 3, 1, 2), "GRU": (0, 1, 2), "RNN": (0,)}
_OPERATORS = {keras.layers.LSTM: "LSTM", keras.layers.GRU: "GRU", keras.layers.SimpleRNN: "RNN"}
_DENSE_ACTIVATIONS = {"linear": None, "relu": "Relu", "tanh": "Tanh", "sigmoid": "Sigmoid"}

Weights = npt.NDArray[np.float32]
Shape = tuple[int, Sequence[int | str | None]]

SCALE = "_scale"
"""Ends the name of what an 8-bit weight is to be multiplied by; the rest is the weight's name."""

FLOAT, INT32, INT64 = TensorProto.FLOAT, TensorProto.INT32, TensorProto.INT64


class ExportError(ValueError):
    """A layer that has no fused operator, or a graph that computes something else than Keras."""


def unwrapped(layer: keras.layers.Layer) -> list[keras.layers.RNN] | None:
    """The one or two directions of a recurrent layer; none for another layer."""
    if isinstance(layer, keras.layers.Bidirectional):
        return [layer.forward_layer, layer.backward_layer]
    return [layer] if type(layer) in _OPERATORS else None


class Graph:
    """An ONNX graph under construction; every method adds nodes and returns the name of their output."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        self._numbers = itertools.count()

    def node(self, operator: str, inputs: Sequence[str], output: str | None = None, **attributes: Any) -> str:
        name = output or f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def several(self, operator: str, inputs: Sequence[str], outputs: int, **attributes: Any) -> list[str]:
        """A node with so many outputs."""
        names = [f"{operator.lower()}_{len(self._nodes)}_{number}" for number in range(outputs)]
        self._nodes.append(helper.make_node(operator, list(inputs), names, **attributes))
        return names

    def weight(self, values: npt.NDArray[Any], name: str | None = None) -> str:
        name = name or f"weight_{next(self._numbers)}"
        self._weights.append(numpy_helper.from_array(values, name))
        return name

    def embedding(self, tokens: str, layer: keras.layers.Layer) -> str:
        """Rows of a table, which is kept in 8 bits if that loses nothing."""
        return self.rows(self.kept(*arrays(layer)), tokens)

    def rows(self, table: Sequence[str], tokens: str) -> str:
        """Rows of a table that is `kept`."""
        rows, *scales = (self.node("Gather", [kept, tokens]) for kept in table)
        return self.whole(rows, *scales)

    def matrix(self, values: Weights) -> str:
        """A matrix (..., D), kept in 8 bits if that loses nothing; ONNX Runtime makes it whole once, as it loads."""
        return self.whole(*self.kept(values))

    def kept(self, values: Weights) -> list[str]:
        """A weight as it is, or if it is `rounded` its 8-bit numbers and the scale of each row."""
        whole, scale = in_eight_bits(values)
        if whole is None:
            return [self.weight(values)]
        name = self.weight(whole)
        return [name, self.weight(scale, f"{name}{SCALE}")]

    def whole(self, rows: str, scale: str = "") -> str:
        """What is `kept`, in single precision."""
        return self.node("Mul", [self.node("Cast", [rows], to=FLOAT), scale]) if scale else rows

    def recurrent(self, x: str, layer: keras.layers.Layer, last: bool) -> str:
        """A recurrent layer: all its steps (T, N, U), or the `last` that counts in each row (N, U)."""
        steps, state = self.both(x, layer)
        return state if last else steps

    def last(self, x: str, layer: keras.layers.RNN) -> str:
        """The last state (N, U) of a recurrent layer of one direction over rows that are all as long, (T, N, D)."""
        _check_supported(layer, layer)
        state = self._fused(x, [layer], [""])[1]
        return self.node("Squeeze", [state, self.weight(np.array([0]))])

    def both(self, x: str, layer: keras.layers.Layer, lengths: str = "lengths") -> tuple[str, str]:
        """All steps (T, N, U) of a recurrent layer, and the last that counts in each row (N, U).

        Args:
            lengths: the input that says how many steps count; empty if all do.
        """
        directions = unwrapped(layer)
        assert directions is not None
        _check_supported(layer, directions[0])
        steps, state, *_ = self._fused(x, directions, [lengths])
        joined = self._join_directions(steps, perm=[0, 2, 1, 3], shape=[0, 0, -1])  # from (T, directions, N, U)
        return joined, self._join_directions(state, perm=[1, 0, 2], shape=[0, -1])  # from (directions, N, U)

    def step(self, x: str, layer: keras.layers.RNN, states: Sequence[str]) -> list[str]:
        """The states (N, U) of a recurrent layer after one step more, its output first; x is (N, D)."""
        _check_supported(layer, layer)
        axis = self.weight(np.array([0]))
        one, *before = (self.node("Unsqueeze", [value, axis]) for value in (x, *states))
        _, *after = self._fused(one, [layer], ["", *before])
        return [self.node("Squeeze", [state, axis]) for state in after[: len(states)]]

    def _fused(self, x: str, directions: Sequence[keras.layers.RNN], more: Sequence[str]) -> list[str]:
        """All steps, the last state, and of an LSTM its memory, by the fused operator."""
        first = directions[0]
        operator = _OPERATORS[type(first)]
        parameters = [fused(direction, operator) for direction in directions]
        kernels, recurrent_kernels, biases = (np.stack(parts) for parts in zip(*parameters, strict=True))
        inputs = [x, self.matrix(kernels), self.matrix(recurrent_kernels), self.weight(biases), *more]
        attributes: dict[str, object] = {
            "hidden_size": first.units,
            "direction": "bidirectional" if len(directions) == 2 else "forward",
        }
        if operator == "GRU":
            attributes["linear_before_reset"] = int(first.reset_after)
        return self.several(operator, inputs, 3 if operator == "LSTM" else 2, **attributes)

    def _join_directions(self, x: str, perm: list[int], shape: list[int]) -> str:
        return self.node("Reshape", [self.node("Transpose", [x], perm=perm), self.weight(np.array(shape))])

    def dense(self, x: str, layer: keras.layers.Layer) -> str:
        if not isinstance(layer, keras.layers.Dense):
            raise ExportError(f"layer {layer.name} ({type(layer).__name__}) has no export")
        activation = keras.activations.serialize(layer.activation)
        if activation not in _DENSE_ACTIVATIONS:
            raise ExportError(f"layer {layer.name}: activation {activation!r} has no export")
        kernel, *bias = arrays(layer)
        x = self.node("Gemm", [x, self.matrix(kernel.T.copy()), *map(self.weight, bias)], transB=1)
        operator = _DENSE_ACTIVATIONS[activation]
        return self.node(operator, [x]) if operator else x

    def model(self, inputs: Mapping[str, Shape], outputs: Mapping[str, Shape]) -> bytes:
        """The finished graph.

        Args:
            inputs, outputs: of each the type of its numbers and its shape; an axis with a name, or
                None, may have any size.
        """
        taken, given = (
            [helper.make_tensor_value_info(name, *shape) for name, shape in side.items()] for side in (inputs, outputs)
        )
        graph = helper.make_graph(self._nodes, "seqserve", taken, given, self._weights)
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", _OPSET)],
            producer_name="seqserve",
            ir_version=_IR_VERSION,
        )
        onnx.checker.check_model(model, full_check=True)
        serialised: bytes = model.SerializeToString()
        return serialised


def _check_supported(layer: keras.layers.Layer, first: keras.layers.RNN) -> None:
    if isinstance(layer, keras.layers.Bidirectional) and layer.merge_mode != "concat":
        raise ExportError(f"layer {layer.name}: directions are exported concatenated, not by {layer.merge_mode!r}")
    gates = getattr(first, "recurrent_activation", keras.activations.sigmoid)
    if first.activation is not keras.activations.tanh or gates is not keras.activations.sigmoid:
        raise ExportError(f"layer {layer.name}: only tanh and sigmoid have a fused operator")
    if not first.use_bias or first.go_backwards or first.stateful:
        raise ExportError(f"layer {layer.name}: exported with biases, forwards and stateless only")


def fused(layer: keras.layers.RNN, operator: str) -> tuple[Weights, Weights, Weights]:
    """Weights of one direction in ONNX's layout: W (G*U, D), R (G*U, U), B (2*G*U)."""
    kernel, recurrent_kernel, bias = arrays(layer)
    order = _GATES[operator]

    def reordered(values: Weights) -> Weights:
        gates = np.split(values, len(order), axis=-1)
        return np.concatenate([gates[gate] for gate in order], axis=-1)

    # Only a GRU with reset_after has a bias of the recurrent part of its own.
    input_bias, recurrent_bias = bias if bias.ndim == 2 else (bias, np.zeros_like(bias))
    biases = np.concatenate([reordered(input_bias), reordered(recurrent_bias)])
    return reordered(kernel).T.copy(), reordered(recurrent_kernel).T.copy(), biases


def weights(model: bytes) -> dict[str, Weights]:
    """The weights of a finished graph in single precision, by names that do not depend on how many bits they take."""
    found = {weight.name: numpy_helper.to_array(weight) for weight in onnx.load_from_string(model).graph.initializer}
    return {
        name: values.astype(np.float32) * found.get(f"{name}{SCALE}", np.float32(1))
        for name, values in found.items()
        if values.dtype in (np.int8, np.float32) and not name.endswith(SCALE)
    }


def scales(table: Weights) -> Weights:
    """The least power of two for each row (..., 1) of which 127 reach its largest number."""
    largest = np.maximum(np.abs(table).max(axis=-1, keepdims=True), 1e-30)
    powers: Weights = np.exp2(np.ceil(np.log2(largest / 127))).astype(np.float32)
    return powers


def rounded(table: Weights) -> Weights:
    """The rows of a table as 8-bit numbers times a power of two each."""
    scale = scales(table)
    return np.round(table / scale) * scale


def in_eight_bits(table: Weights) -> tuple[npt.NDArray[np.int8] | None, Weights]:
    """A `rounded` table (R, K) as 8-bit numbers, none if it is not rounded, and the scale of each row (R, 1)."""
    scale = scales(table)
    whole = np.round(table / scale)
    return (whole.astype(np.int8) if np.array_equal(whole * scale, table) else None), scale


def arrays(layer: keras.layers.Layer) -> list[Weights]:
    """The weights of a layer in single precision."""
    return [np.asarray(weight, dtype=np.float32) for weight in layer.get_weights()]
