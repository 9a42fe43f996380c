"""From Keras weights to an ONNX graph of fused recurrent operators, and the proof that both compute the same."""

from __future__ import annotations

import keras
import numpy as np

from seqserve.core.onnx_session import Batch, Network, Tokens
from training.core.layers import LengthMask, Ngrams, Pooling
from training.core.onnx_graph import FLOAT, INT32, ExportError, Graph, Shape, Weights, arrays, rounded, unwrapped

TOLERANCE = 1e-5
"""How far ONNX Runtime may be from Keras, absolute, on inputs of about unit size."""

_NOT_SERVED = (keras.layers.InputLayer, keras.layers.Dropout, keras.layers.SpatialDropout1D, LengthMask)


def to_onnx(network: keras.Model) -> bytes:
    """Build the ONNX graph of a network of recurrent layers and what may stand around them.

    Before them an embedding, behind them a pooling, dense layers last. Inputs are `x`, (N, T, D) or
    tokens (N, T), and `lengths` (N,), the steps of each row that count; the output `y` is (N, H).
    Without a pooling the last step that counts goes on. Rows may be padded with anything.

    Raises:
        ExportError: a layer or an option that the fused operators do not have.
    """
    graph = Graph()
    layers = [layer for layer in network.layers if not isinstance(layer, _NOT_SERVED)]
    recurrent = [layer for layer in layers if unwrapped(layer) is not None]
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
    x: Shape = (INT32, ["N", "T"]) if tokens else (FLOAT, ["N", "T", network.input_shape[-1]])
    return graph.model({"x": x, "lengths": (INT32, ["N"])}, {"y": (FLOAT, ["N", network.output_shape[-1]])})


def quantise(network: keras.Model) -> None:
    """Round the tables of a reader, nearly all there is of it: they are stored in fewer bytes and weigh as much.

    Rows of an embedding become 8-bit numbers times a power of two each, scores of n-grams half-precision
    numbers. Keras and ONNX Runtime both compute with the rounded values, in single precision.
    """
    for layer in network.layers:
        if isinstance(layer, keras.layers.Embedding):
            layer.set_weights([rounded(*arrays(layer))])
        elif isinstance(layer, Ngrams):
            table, signatures = layer.get_weights()
            layer.set_weights([np.float32(np.float16(table)), signatures])


def prove(network: keras.Model, model: bytes, seed: int = 0) -> float:
    """Compare a graph with Keras on random batches: full rows, and padded ones of mixed lengths.

    Keras sees the rows of a padded batch without their padding, those of a length together; the padding that ONNX
    Runtime sees is noise.

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
        lengths = random.choice(random.integers(1, steps + 1, size=5), size=rows).astype(np.int32)
        full = np.full(rows, steps, dtype=np.int32)
        whole = _answer(network, x, full)
        cut = np.empty_like(whole)
        for length in np.unique(lengths):
            alike = lengths == length
            cut[alike] = _answer(network, x[alike, :length], lengths[alike])
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
