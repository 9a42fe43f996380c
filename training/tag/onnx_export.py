"""The ONNX graph of a tagger, and the proof that it computes what Keras does."""

from __future__ import annotations

import keras
import numpy as np

from seqserve.tag.predictor import TagNetwork
from seqserve.tag.vocabulary import CHARACTERS, SHAPES, Features
from training.onnx.export import TOLERANCE
from training.onnx.graph import FLOAT, INT32, ExportError, Graph, Shape, arrays, rounded, unwrapped

_ROUNDED = ("words", "letters", "shape")


def quantise(network: keras.Model) -> None:
    """Round the embeddings and the matrices of the recurrent layers to the 8 bits that are stored.

    Keras and ONNX Runtime compute with the same numbers.
    """
    for name in _ROUNDED:
        layer = network.get_layer(name)
        layer.set_weights([rounded(*arrays(layer))])
    for layer in network.layers:
        for direction in unwrapped(layer) or []:
            kernel, recurrent_kernel, *biases = arrays(direction)
            direction.set_weights([rounded(kernel.T).T, rounded(recurrent_kernel.T).T, *biases])


def to_onnx(network: keras.Model) -> bytes:
    """Build the graph of a `network.tagger`.

    Inputs are `x` and `shapes` (N, T), `characters` (N, T, C) and `lengths` (N,); the output `y` is (N, T, K).
    """
    graph = Graph()
    letters = graph.embedding("characters", network.get_layer("letters"))  # (N, T, C, D)
    steps = graph.node(
        "Concat",
        [
            graph.embedding("x", network.get_layer("words")),
            graph.embedding("shapes", network.get_layer("shape")),
            _largest(graph, letters, network.get_layer("filters")),
        ],
        axis=2,
    )
    current = graph.node("Transpose", [steps], perm=[1, 0, 2])  # the operators want (T, N, D)
    for layer in network.layers:
        if unwrapped(layer) is not None:
            current = graph.recurrent(current, layer, last=False)
    kernel, bias = arrays(network.get_layer("scores"))
    current = graph.node("Transpose", [current], perm=[1, 0, 2])
    product = graph.node("MatMul", [current, graph.weight(kernel)])
    graph.node("Add", [product, graph.weight(bias)], output="y")
    inputs: dict[str, Shape] = {
        "x": (INT32, ["N", "T"]),
        "shapes": (INT32, ["N", "T"]),
        "characters": (INT32, ["N", "T", CHARACTERS]),
        "lengths": (INT32, ["N"]),
    }
    return graph.model(inputs, {"y": (FLOAT, ["N", "T", network.output_shape[-1]])})


def _largest(graph: Graph, letters: str, layer: keras.layers.Conv2D) -> str:
    """Filters over the letters of each word, and the largest value of each: (N, T, C, D) to (N, T, F)."""
    kernel, bias = arrays(layer)  # (1, 3, D, F)
    dimension, filters = kernel.shape[2:]
    rows = graph.node("Reshape", [letters, graph.weight(np.array([-1, CHARACTERS, dimension]))])
    columns = graph.node("Transpose", [rows], perm=[0, 2, 1])
    weight = graph.weight(kernel[0].transpose(2, 1, 0).copy())
    convolved = graph.node("Conv", [columns, weight, graph.weight(bias)], pads=[1, 1])
    largest = graph.node("ReduceMax", [graph.node("Relu", [convolved])], axes=[2], keepdims=0)
    shape = graph.node("Shape", ["x"])
    whole = graph.node("Concat", [shape, graph.weight(np.array([filters]))], axis=0)
    return graph.node("Reshape", [largest, whole])


def prove(network: keras.Model, model: bytes, seed: int = 0) -> float:
    """Compare a graph with Keras on random batches; Keras sees each row without its padding.

    Returns:
        The largest absolute difference seen.

    Raises:
        ExportError: it is above `TOLERANCE`.
    """
    random = np.random.default_rng(seed)
    served = TagNetwork(model)
    words, characters = (network.get_layer(name).input_dim for name in ("words", "letters"))
    worst = 0.0
    for lengths in ([1], [60, 60, 60], [23, 7, 1, 16, 23]):
        rows = [
            Features(
                random.integers(0, words, size=length, dtype=np.int32),
                random.integers(0, SHAPES, size=length, dtype=np.int32),
                random.integers(0, characters, size=(length, CHARACTERS), dtype=np.int32),
            )
            for length in lengths
        ]
        for row, found in zip(rows, served(rows), strict=True):
            length = len(row.words)
            inputs = [part[np.newaxis] for part in row]
            expected = keras.ops.convert_to_numpy(network([*inputs, np.array([length], dtype=np.int32)]))[0]
            worst = float(np.maximum(worst, np.abs(expected - found[:length]).max()))  # unlike max(), NaN stays NaN
    if not worst <= TOLERANCE:
        raise ExportError(f"the exported graph is {worst:.1e} away from Keras, more than {TOLERANCE:.0e}")
    return worst
