"""A fitted language model as an ONNX graph of one step, in 8 bits.

One step and not a whole text, since states are kept between keystrokes. The products are of whole numbers with a scale
for each row, so that a row's answer does not depend on the batch that it is in, and a state that was kept is the same
as one that is computed anew.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from onnx import TensorProto

from seqserve.complete.language_model import LanguageModel
from training.complete.network import language_model
from training.onnx.eight_bits import RoundedRows, product, rounded_rows
from training.onnx.graph import FLOAT, INT32, ExportError, Graph, Weights, arrays, in_eight_bits, rounded

TOLERANCE = 0.03
"""How far the graph may be from Keras, beside the largest log-probability: it rounds what it multiplies."""


def round_weights(network: keras.Model) -> None:
    """Round the table and the kernels of a language model to what a graph keeps of them; biases stay."""
    table, lstm, final = (network.get_layer(name) for name in ("table", "lstm", "final"))
    table.set_weights([rounded(*arrays(table))])
    kernel, recurrent, bias = arrays(lstm.lstm)
    lstm.lstm.set_weights([_rounded_columns(kernel), _rounded_columns(recurrent), bias])
    kernel, bias = arrays(final)
    final.set_weights([_rounded_columns(kernel), bias])


def to_onnx(network: keras.Model) -> bytes:
    """The graph of a language model whose weights are rounded.

    Shape:
        Tokens `x` (N,) and states `state` (N, 2 * U) to unscaled log-probabilities `logits` (N, V) of the next token
        and `state_after` (N, 2 * U).

    Raises:
        ExportError: the weights are not rounded.
    """
    graph = Graph()
    table, lstm, final = (network.get_layer(name) for name in ("table", "lstm", "final"))
    units = lstm.units
    rows, scales = _in_eight_bits(*arrays(table))
    kept, scale = graph.weight(rows), graph.weight(scales)
    state, memory = graph.several("Split", ["state"], 2, axis=1)
    kernel, recurrent, bias = arrays(lstm.lstm)
    gates = graph.node(
        "Add",
        [
            _product(graph, _table_rows(graph, kept, scale), kernel),
            _product(graph, rounded_rows(graph, state), recurrent),
        ],
    )
    gates = graph.node("Add", [gates, graph.weight(bias)])
    enters, forgets, candidate, shows = graph.several("Split", [gates], 4, axis=1)
    enters, forgets, shows = (graph.node("Sigmoid", [gate]) for gate in (enters, forgets, shows))
    added = graph.node("Mul", [enters, graph.node("Tanh", [candidate])])
    memory = graph.node("Add", [graph.node("Mul", [forgets, memory]), added])
    state = graph.node("Mul", [shows, graph.node("Tanh", [memory])])
    graph.node("Concat", [state, memory], output="state_after", axis=1)
    kernel, bias = arrays(final)
    vectors = graph.node("Add", [_product(graph, rounded_rows(graph, state), kernel), graph.weight(bias)])
    whole = graph.node("Transpose", [kept], perm=[1, 0])
    divisor = graph.weight(1 / scales[:, 0])
    graph.node("Identity", [product(graph, rounded_rows(graph, vectors), whole, divisor)], output="logits")
    return graph.model(
        {"x": (INT32, ["N"]), "state": (FLOAT, ["N", 2 * units])},
        {"logits": (FLOAT, ["N", len(rows)]), "state_after": (FLOAT, ["N", 2 * units])},
    )


def prove(network: keras.Model, graph: bytes, seed: int = 0) -> float:
    """Compare a graph with Keras on random texts.

    Returns:
        The largest difference of log-probabilities that was seen, beside the largest of these.

    Raises:
        ExportError: it is above `TOLERANCE`.
    """
    table, lstm = network.get_layer("table"), network.get_layer("lstm")
    shape = rows, steps = 4, 12
    whole = language_model(table.input_dim, table.output_dim, lstm.units, rows, steps)
    for layer, values in ((whole.get_layer(name), network.get_layer(name)) for name in ("table", "final")):
        layer.set_weights(values.get_weights())
    whole.get_layer("lstm").lstm.set_weights(lstm.lstm.get_weights())
    tokens = np.random.default_rng(seed).integers(0, table.input_dim, size=shape, dtype=np.int32)
    expected = whole([tokens, np.zeros((rows, 1), dtype=np.float32)])
    expected = keras.ops.convert_to_numpy(keras.ops.log_softmax(expected))
    served = LanguageModel(graph)
    state = served.start(rows)
    worst = 0.0
    for step in range(steps):
        logits, state = served.step(tokens[:, step], state)
        found = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        away = float(np.abs(found - expected[:, step]).max() / np.abs(expected[:, step]).max())
        worst = float(np.maximum(worst, away))  # unlike max(), NaN stays NaN
    if not worst <= TOLERANCE:
        raise ExportError(f"the exported graph is {worst:.1e} away from Keras, more than {TOLERANCE:.0e}")
    return worst


def _table_rows(graph: Graph, kept: str, scale: str) -> RoundedRows:
    """Rows of the table, which are 8-bit numbers already."""
    zero = graph.weight(np.array(128, dtype=np.uint8))
    rows = graph.node("Cast", [graph.node("Gather", [kept, "x"])], to=FLOAT)
    shifted = graph.node("Add", [rows, graph.weight(np.array(128, dtype=np.float32))])
    return RoundedRows(graph.node("Cast", [shifted], to=TensorProto.UINT8), graph.node("Gather", [scale, "x"]), zero)


def _product(graph: Graph, rows: RoundedRows, kernel: Weights) -> str:
    whole, scales = _in_eight_bits(kernel.T.copy())
    return product(graph, rows, graph.weight(whole.T.copy()), graph.weight(1 / scales[:, 0]))


def _in_eight_bits(values: Weights) -> tuple[Any, Weights]:
    whole, scales = in_eight_bits(values)
    if whole is None:
        raise ExportError("the weights of the language model are not rounded; call round_weights first")
    return whole, scales


def _rounded_columns(kernel: Weights) -> Weights:
    return rounded(kernel.T.copy()).T
