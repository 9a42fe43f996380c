"""From Keras weights to ONNX's fused recurrent operators, and the proof that both compute the same.

Keras' own export unrolls a GRU or a masked layer into a Loop, five times slower to serve. ONNX has
one operator a layer (LSTM, GRU, RNN) that takes the length of every row; only the order of the gates
and the split of the biases differ.

Reference:
    https://onnx.ai/onnx/operators/onnx__LSTM.html, onnx__GRU.html, onnx__RNN.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from seqserve.network import Batch, Network, Tokens
from training.networks import BASE, NOTHING, SIGNATURES, LengthMask, Ngrams, Pooling

TOLERANCE = 1e-5
"""How far ONNX Runtime may be from Keras, absolute, on inputs of about unit size."""

_OPSET = 17
_IR_VERSION = 10
_BATCH, _TIME = "N", "T"
# Where each of ONNX's gates stands among Keras' (LSTM: i f c o to i o f c; GRU: z r h alike).
_GATES = {"LSTM": (0, 3, 1, 2), "GRU": (0, 1, 2), "RNN": (0,)}
_OPERATORS = {keras.layers.LSTM: "LSTM", keras.layers.GRU: "GRU", keras.layers.SimpleRNN: "RNN"}
_NOT_SERVED = (keras.layers.InputLayer, keras.layers.Dropout, keras.layers.SpatialDropout1D, LengthMask)
_DENSE_ACTIVATIONS = {"linear": None, "relu": "Relu", "tanh": "Tanh", "sigmoid": "Sigmoid"}

Weights = npt.NDArray[np.float32]


class ExportError(Exception):
    """A layer that has no fused operator, or a graph that computes something else than Keras."""


def to_onnx(network: keras.Model) -> bytes:
    """Build the ONNX graph of a network of recurrent layers and what may stand around them.

    Before them an embedding, behind them a pooling, dense layers last. Inputs are `x`, (N, T, D) or
    tokens (N, T), and `lengths` (N,), the steps of each row that count; the output `y` is (N, H).
    Without a pooling the last step that counts goes on. Rows may be padded with anything.

    Raises:
        ExportError: a layer or an option that the fused operators do not have.
    """
    graph = _Graph()
    layers = [layer for layer in network.layers if not isinstance(layer, _NOT_SERVED)]
    recurrent = [layer for layer in layers if _unwrapped(layer) is not None]
    pooled = any(isinstance(layer, Pooling) for layer in layers)
    current, wide = "x", ""
    for layer in [layer for layer in layers if isinstance(layer, Ngrams | keras.layers.Embedding)]:
        layers.remove(layer)
        if isinstance(layer, Ngrams):
            wide = graph.ngrams(layer)
        else:
            current = graph.embedding(current, layer)
    current = graph.node("Transpose", [current], perm=[1, 0, 2])  # the operators want (T, N, D)
    for layer in layers:
        if recurrent and layer is recurrent[0]:
            recurrent.pop(0)
            current = graph.recurrent(current, layer, last=not recurrent and not pooled)
        elif recurrent:
            raise ExportError(f"layer {layer.name} stands before a recurrent layer, where it has no export")
        elif isinstance(layer, Pooling):
            current = graph.pooling(current, layer)
        elif isinstance(layer, keras.layers.Concatenate):
            current = graph.node("Concat", [current, wide], axis=1)
        else:
            current = graph.dense(current, layer)
    graph.node("Identity", [current], output="y")
    tokens = network.inputs[0].dtype == "int32"
    return graph.model(None if tokens else network.input_shape[-1], network.output_shape[-1])


def quantise(network: keras.Model) -> None:
    """Round the tables of a reader, nearly all there is of it: they are stored in fewer bytes and weigh as much.

    Rows of an embedding become 8-bit numbers times a power of two each, scores of n-grams half-precision
    numbers. Keras and ONNX Runtime both compute with the rounded values, in single precision.
    """
    for layer in network.layers:
        if isinstance(layer, keras.layers.Embedding):
            (table,) = _arrays(layer)
            scale = _scales(table)
            layer.set_weights([np.round(table / scale) * scale])
        elif isinstance(layer, Ngrams):
            table, signatures = layer.get_weights()
            layer.set_weights([np.float32(np.float16(table)), signatures])


def prove(network: keras.Model, model: bytes, seed: int = 0) -> float:
    """Compare a graph with Keras on random batches: full rows, and padded ones of mixed lengths.

    Keras sees every row of a padded batch alone and without its padding; the padding that ONNX Runtime
    sees is noise.

    Returns:
        The largest absolute difference seen.

    Raises:
        ExportError: it is above `TOLERANCE`.
    """
    random = np.random.default_rng(seed)
    onnx_network = Network(model)
    worst = 0.0
    for rows, steps in ((1, 1), (3, 60), (16, 23)):
        x = _noise(network, rows, steps, random)
        lengths = random.integers(1, steps + 1, size=rows).astype(np.int32)
        full = np.full(rows, steps, dtype=np.int32)
        whole = _answer(network, x, full)
        cut = np.concatenate([_answer(network, x[i : i + 1, :n], lengths[i : i + 1]) for i, n in enumerate(lengths)])
        for expected, found in ((whole, onnx_network(x)), (cut, onnx_network(x, lengths))):
            worst = float(np.maximum(worst, np.abs(expected - found).max()))  # unlike max(), NaN stays NaN
    if not worst <= TOLERANCE:
        raise ExportError(f"the exported graph is {worst:.1e} away from Keras, more than {TOLERANCE:.0e}")
    return worst


def _noise(network: keras.Model, rows: int, steps: int, random: np.random.Generator) -> Batch | Tokens:
    if len(network.inputs) == 1:
        return random.normal(size=(rows, steps, network.input_shape[-1])).astype(np.float32)
    vocabulary = next(layer.input_dim for layer in network.layers if isinstance(layer, keras.layers.Embedding))
    return random.integers(0, vocabulary, size=(rows, steps), dtype=np.int32)


def _answer(network: keras.Model, x: Batch | Tokens, lengths: Tokens) -> Weights:
    """What Keras answers; the last step, if it answers every step."""
    output = network(x) if len(network.inputs) == 1 else network([x, lengths])
    values: Weights = keras.ops.convert_to_numpy(output)
    return values[:, -1] if values.ndim == 3 else values


def _unwrapped(layer: keras.layers.Layer) -> list[keras.layers.RNN] | None:
    """The one or two directions of a recurrent layer; none for another layer."""
    if isinstance(layer, keras.layers.Bidirectional):
        return [layer.forward_layer, layer.backward_layer]
    return [layer] if type(layer) in _OPERATORS else None


class _Graph:
    """An ONNX graph under construction; every method adds nodes and returns the name of their output."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []

    def node(self, operator: str, inputs: Sequence[str], output: str | None = None, **attributes: object) -> str:
        name = output or f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def weight(self, values: npt.NDArray[Any]) -> str:
        name = f"weight_{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(values, name))
        return name

    def embedding(self, tokens: str, layer: keras.layers.Layer) -> str:
        """Rows of a table, which is kept in 8 bits if that loses nothing."""
        (table,) = _arrays(layer)
        scale = _scales(table)
        whole = np.round(table / scale)
        if not np.array_equal(whole * scale, table):
            return self.node("Gather", [self.weight(table), tokens])
        rows = self.node("Gather", [self.weight(whole.astype(np.int8)), tokens])
        scales = self.node("Gather", [self.weight(scale), tokens])
        return self.node("Mul", [self.node("Cast", [rows], to=TensorProto.FLOAT), scales])

    def ngrams(self, layer: Ngrams) -> str:
        """What the `Ngrams` layer computes, from the tokens themselves; its scores are kept in half precision."""
        table, signatures = layer.get_weights()
        words = self.node("Cast", ["x"], to=TensorProto.INT64)
        pairs = self._joined(words, words, 1)
        triples = self._joined(pairs, words, 2)
        axis, zero, one = (self.weight(np.array(value)) for value in ([1], 0, 1))
        nothing, rows = self.weight(np.array(NOTHING)), self.weight(np.array(2**layer.bits))
        lengths = self.node("Unsqueeze", [self.node("Cast", ["lengths"], to=TensorProto.INT64), axis])
        found = []
        for size, numbers in enumerate((words, pairs, triples), 1):
            places = self.node("Range", [zero, self.node("Gather", [self.node("Shape", [numbers]), one]), one])
            counts = self.node("LessOrEqual", [places, self.node("Sub", [lengths, self.weight(np.array(size))])])
            found.append(self.node("Where", [counts, numbers, nothing]))
        every = self.node("Concat", found, axis=1)
        width = self.node("Gather", [self.node("Shape", [every]), axis])
        ordered = f"sorted_{len(self._nodes)}"
        self._nodes.append(helper.make_node("TopK", [every, width], [ordered, f"{ordered}_places"], axis=1, largest=0))
        before = self.node("Pad", [ordered, self.weight(np.array([0, 1, 0, -1])), self.weight(np.array(-1))])
        repeated = self.node("Equal", [ordered, before])
        row, rest = self.node("Mod", [ordered, rows]), self.node("Div", [ordered, rows])
        signature = self.node("Add", [self.node("Mod", [rest, self.weight(np.array(SIGNATURES))]), one])
        expected = self.node("Cast", [self.node("Gather", [self.weight(signatures), row])], to=TensorProto.INT64)
        known = self.node("And", [self.node("Equal", [signature, expected]), self.node("Less", [ordered, nothing])])
        counted = self.node("And", [known, self.node("Not", [repeated])])
        scores = self.node(
            "Cast", [self.node("Gather", [self.weight(table.astype(np.float16)), row])], to=TensorProto.FLOAT
        )
        scores = self.node(
            "Where",
            [self.node("Unsqueeze", [counted, self.weight(np.array([2]))]), scores, self.weight(np.float32([0]))],
        )
        return self.node("ReduceSum", [scores, axis], keepdims=0)

    def _joined(self, ngrams: str, words: str, size: int) -> str:
        """N-grams (N, T - size + 1) of so many words, each with the word that follows."""
        axis, zero = self.weight(np.array([1])), self.weight(np.array([0]))
        left = self.node("Slice", [ngrams, zero, self.weight(np.array([-1])), axis])
        right = self.node("Slice", [words, self.weight(np.array([size])), self.weight(np.array([2**31])), axis])
        return self.node("Add", [self.node("Mul", [left, self.weight(np.array(BASE))]), right])

    def recurrent(self, x: str, layer: keras.layers.Layer, last: bool) -> str:
        """A recurrent layer: all its steps (T, N, U), or the `last` that counts in each row (N, U)."""
        directions = _unwrapped(layer)
        assert directions is not None
        first = directions[0]
        operator = _OPERATORS[type(first)]
        _check_supported(layer, first)
        parameters = [_fused(direction, operator) for direction in directions]
        w, r, b = (self.weight(np.stack(parts)) for parts in zip(*parameters, strict=True))
        attributes: dict[str, object] = {
            "hidden_size": first.units,
            "direction": "bidirectional" if len(directions) == 2 else "forward",
        }
        if operator == "GRU":
            attributes["linear_before_reset"] = int(first.reset_after)
        steps, state = f"{operator.lower()}_{len(self._nodes)}", f"state_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, [x, w, r, b, "lengths"], [steps, state], **attributes))
        if last:
            return self._join_directions(state, perm=[1, 0, 2], shape=[0, -1])  # from (directions, N, U)
        return self._join_directions(steps, perm=[0, 2, 1, 3], shape=[0, 0, -1])  # from (T, directions, N, U)

    def _join_directions(self, x: str, perm: list[int], shape: list[int]) -> str:
        return self.node("Reshape", [self.node("Transpose", [x], perm=perm), self.weight(np.array(shape))])

    def pooling(self, x: str, layer: Pooling) -> str:
        """All steps (T, N, U), zero behind each row's length, pooled to (N, kinds * U)."""
        steps = self.node("Transpose", [x], perm=[1, 0, 2])
        lengths = self.node("Cast", ["lengths"], to=TensorProto.INT64)
        column = self.node("Unsqueeze", [lengths, self.weight(np.array([1, 2]))])  # (N, 1, 1)
        found = []
        for kind in layer.kinds:
            if kind == "mean":
                total = self.node("ReduceSum", [steps, self.weight(np.array([1]))], keepdims=0)
                size = self.node("Unsqueeze", [lengths, self.weight(np.array([1]))])
                found.append(self.node("Div", [total, self.node("Cast", [size], to=TensorProto.FLOAT)]))
            elif kind == "max":
                length = self.node("Gather", [self.node("Shape", [steps]), self.weight(np.array(1))])
                every = self.node("Range", [self.weight(np.array(0)), length, self.weight(np.array(1))])
                counts = self.node("Less", [self.node("Unsqueeze", [every, self.weight(np.array([0, 2]))]), column])
                lowest = self.weight(np.array(-1e30, dtype=np.float32))
                found.append(
                    self.node("ReduceMax", [self.node("Where", [counts, steps, lowest])], axes=[1], keepdims=0)
                )
            else:
                found.extend(self._last_steps(steps, column, layer.directions))
        return self.node("Concat", found, axis=1)

    def _last_steps(self, steps: str, column: str, directions: int) -> list[str]:
        """The last step that counts; of a backward half the first, which it read last."""
        index = self.node("Sub", [self.node("Squeeze", [column, self.weight(np.array([2]))]), self.weight(np.array(1))])
        final = self.node("GatherND", [steps, index], batch_dims=1)
        if directions == 1:
            return [final]
        first = self.node("Gather", [steps, self.weight(np.array(0))], axis=1)
        return [self._half(final, 0), self._half(first, 1)]

    def _half(self, x: str, which: int) -> str:
        halves = [f"half_{len(self._nodes)}_{number}" for number in range(2)]
        self._nodes.append(helper.make_node("Split", [x], halves, axis=1))
        return halves[which]

    def dense(self, x: str, layer: keras.layers.Layer) -> str:
        if not isinstance(layer, keras.layers.Dense):
            raise ExportError(f"layer {layer.name} ({type(layer).__name__}) has no export")
        activation = keras.activations.serialize(layer.activation)
        if activation not in _DENSE_ACTIVATIONS:
            raise ExportError(f"layer {layer.name}: activation {activation!r} has no export")
        kernel, bias = _arrays(layer)
        x = self.node("Gemm", [x, self.weight(kernel), self.weight(bias)])
        operator = _DENSE_ACTIVATIONS[activation]
        return self.node(operator, [x]) if operator else x

    def model(self, features: int | None, outputs: int) -> bytes:
        """The finished graph; without `features` its input is tokens."""
        graph = helper.make_graph(
            self._nodes,
            "seqserve",
            [
                helper.make_tensor_value_info("x", TensorProto.INT32, [_BATCH, _TIME])
                if features is None
                else helper.make_tensor_value_info("x", TensorProto.FLOAT, [_BATCH, _TIME, features]),
                helper.make_tensor_value_info("lengths", TensorProto.INT32, [_BATCH]),
            ],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, [_BATCH, outputs])],
            self._weights,
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", _OPSET)],
            producer_name="seqserve",
            ir_version=_IR_VERSION,
        )
        onnx.checker.check_model(model, full_check=True)
        return model.SerializeToString()


def _check_supported(layer: keras.layers.Layer, first: keras.layers.RNN) -> None:
    if isinstance(layer, keras.layers.Bidirectional) and layer.merge_mode != "concat":
        raise ExportError(f"layer {layer.name}: directions are exported concatenated, not by {layer.merge_mode!r}")
    gates = getattr(first, "recurrent_activation", keras.activations.sigmoid)
    if first.activation is not keras.activations.tanh or gates is not keras.activations.sigmoid:
        raise ExportError(f"layer {layer.name}: only tanh and sigmoid have a fused operator")
    if not first.use_bias or first.go_backwards or first.stateful:
        raise ExportError(f"layer {layer.name}: exported with biases, forwards and stateless only")


def _fused(layer: keras.layers.RNN, operator: str) -> tuple[Weights, Weights, Weights]:
    """Weights of one direction in ONNX's layout: W (G*U, D), R (G*U, U), B (2*G*U)."""
    kernel, recurrent_kernel, bias = _arrays(layer)
    order = _GATES[operator]

    def reordered(values: Weights) -> Weights:
        gates = np.split(values, len(order), axis=-1)
        return np.concatenate([gates[gate] for gate in order], axis=-1)

    # Only a GRU with reset_after has a bias of the recurrent part of its own.
    input_bias, recurrent_bias = bias if bias.ndim == 2 else (bias, np.zeros_like(bias))
    biases = np.concatenate([reordered(input_bias), reordered(recurrent_bias)])
    return reordered(kernel).T.copy(), reordered(recurrent_kernel).T.copy(), biases


def _scales(table: Weights) -> Weights:
    """The least power of two for each row (V, 1) of which 127 reach its largest number."""
    largest = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-30)
    return np.exp2(np.ceil(np.log2(largest / 127))).astype(np.float32)


def _arrays(layer: keras.layers.Layer) -> list[Weights]:
    return [np.asarray(weight, dtype=np.float32) for weight in layer.get_weights()]
