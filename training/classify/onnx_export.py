"""The ONNX graph of a network of `network.build`, and the proof that both compute the same."""

from __future__ import annotations

import keras
import numpy as np

from seqserve.core.onnx_session import Network
from training.classify.network import COLUMNS, ROWS
from training.core.layers import Pooling
from training.onnx import pooling
from training.onnx.export import TOLERANCE
from training.onnx.graph import FLOAT, INT32, ExportError, Graph, Weights, arrays, rounded, unwrapped


def to_onnx(network: keras.Model) -> bytes:
    """Inputs `x` (N, T, D) and `lengths` (N,) to the output `y`, (N, C) or (N, T, C)."""
    graph = Graph()
    _, fixed, features = network.inputs[0].shape
    final = network.get_layer("outputs")
    steps = graph.node("Transpose", ["x"], perm=[1, 0, 2])  # the operators want (T, N, D)
    for layer in _recurrent(network, ROWS):
        steps, _ = graph.both(steps, layer)
    axes: list[int | str] = ["N", fixed or "T"]
    if len(network.output_shape) == 3:
        kernel, bias = arrays(final)
        matrix = graph.node("Transpose", [graph.matrix(kernel.T.copy())], perm=[1, 0])  # in 8 bits by its outputs
        product = graph.node("MatMul", [steps, matrix])
        graph.node("Transpose", [graph.node("Add", [product, graph.weight(bias)])], "y", perm=[1, 0, 2])
    else:
        axes = axes[:1]
        hidden = pooling.pooling(graph, network.get_layer(f"{ROWS}_pooled"), steps)
        if columns := _recurrent(network, COLUMNS):
            hidden = graph.node("Concat", [hidden, _columns(graph, network, columns)], axis=1)
        graph.node("Identity", [graph.dense(hidden, final)], "y")
    x = (FLOAT, ["N", fixed or "T", features])
    outputs = network.output_shape[-1]
    return graph.model({"x": x, "lengths": (INT32, ["N"])}, {"y": (FLOAT, [*axes, outputs])})


def _recurrent(network: keras.Model, name: str) -> list[keras.layers.Layer]:
    return [layer for layer in network.layers if layer.name.startswith(f"{name}_") and unwrapped(layer) is not None]


def _columns(graph: Graph, network: keras.Model, layers: list[keras.layers.Layer]) -> str:
    """Columns (D, N, T) read and pooled: there are as many of each sequence, so that no length counts."""
    steps, last = graph.node("Transpose", ["x"], perm=[2, 0, 1]), ""
    for layer in layers:
        steps, last = graph.both(steps, layer, lengths="")
    pool: Pooling = network.get_layer(f"{COLUMNS}_pooled")
    operators = {"max": "ReduceMax", "mean": "ReduceMean"}
    pooled = [
        graph.node(operators[kind], [steps], axes=[0], keepdims=0) if kind in operators else last for kind in pool.kinds
    ]
    return graph.node("Concat", pooled, axis=1)


def quantise(network: keras.Model) -> None:
    """Round every matrix to 8-bit numbers times a power of two for each of its outputs."""
    for layer in [*_recurrent(network, ROWS), *_recurrent(network, COLUMNS)]:
        for direction in unwrapped(layer) or ():
            kernel, recurrent, bias = arrays(direction)
            direction.set_weights([rounded(kernel.T).T, rounded(recurrent.T).T, bias])
    final = network.get_layer("outputs")
    kernel, bias = arrays(final)
    final.set_weights([rounded(kernel.T).T, bias])


def prove(network: keras.Model, model: bytes, seed: int = 0) -> float:
    """Compare a graph with Keras on random batches: full rows, and rows of mixed lengths padded with noise.

    Returns:
        The largest difference seen, over the largest output where that is above 1.

    Raises:
        ExportError: it is above `TOLERANCE`.
    """
    random = np.random.default_rng(seed)
    onnx_network = Network(model)
    _, fixed, features = network.inputs[0].shape
    worst = 0.0
    for rows, steps in ((1, 1), (16, 23)):
        steps = fixed or steps
        x = random.normal(size=(rows, steps, features)).astype(np.float32)
        lengths = random.choice([steps, 1, 9] if not fixed else [fixed], size=rows).astype(np.int32).clip(max=steps)
        found = onnx_network(x, lengths)
        for length in np.unique(lengths):
            alike = lengths == length
            expected = _answer(network, x[alike, :length])
            mine = found[alike, :length] if found.ndim == 3 else found[alike]
            size = max(1.0, float(np.abs(expected).max()))  # single precision is relative, and outputs may be large
            worst = float(np.maximum(worst, np.abs(expected - mine).max() / size))  # unlike max(), NaN stays NaN
    if not worst <= TOLERANCE:
        raise ExportError(f"the exported graph is {worst:.1e} away from Keras, more than {TOLERANCE:.0e}")
    return worst


def _answer(network: keras.Model, x: Weights) -> Weights:
    lengths = np.full(len(x), x.shape[1], dtype=np.int32)
    values: Weights = keras.ops.convert_to_numpy(network([x, lengths]))
    return values
