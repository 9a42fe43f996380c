"""From Keras weights to an ONNX graph of fused recurrent operators, and the proof that both compute the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from seqserve.core.onnx_session import Batch, Network, Tokens
from training.core.layers import LengthMask, Pooling
from training.onnx import pooling
from training.onnx.graph import FLOAT, INT32, ExportError, Graph, Shape, Weights, arrays, rounded, unwrapped

TOLERANCE = 1e-5
"""How far ONNX Runtime may be from Keras, absolute, on inputs of about unit size."""

_TOKENS = 1_000
"""Token numbers that a network without an embedding is proved on."""
_NOT_SERVED = (keras.layers.InputLayer, keras.layers.Dropout, keras.layers.SpatialDropout1D, LengthMask)


@dataclass(frozen=True)
class LayerExport:
    """How layers of a type are exported.

    Args:
        to_onnx: adds the layer to a graph and returns the name of its output; is given the layer and the name of its
            input, which is the output of the layer before.
        reads_tokens: its input is the tokens `x` instead; a `Concatenate` joins its output to that of the other layers.
        quantise: rounds the layer's weights to what the graph keeps of them.
    """

    to_onnx: Callable[[Graph, Any, str], str]
    reads_tokens: bool = False
    quantise: Callable[[Any], None] | None = None


Exports = Mapping[type[keras.layers.Layer], LayerExport]
"""A table of exports, by the type of the layer."""


def _round_embedding(layer: keras.layers.Layer) -> None:
    layer.set_weights([rounded(*arrays(layer))])


EXPORTS: Exports = {
    keras.layers.Embedding: LayerExport(
        lambda graph, layer, tokens: graph.embedding(tokens, layer), quantise=_round_embedding
    ),
    Pooling: LayerExport(pooling.pooling),
    keras.layers.Dense: LayerExport(lambda graph, layer, x: graph.dense(x, layer)),
}
"""Layers that may stand around the recurrent ones; a task adds its own to this table and hands it over."""


def to_onnx(network: keras.Model, exports: Exports = EXPORTS) -> bytes:
    """Build the ONNX graph of a network of recurrent layers and what may stand around them.

    Before them an embedding, behind them a pooling, dense layers last. Inputs are `x`, (N, T, D) or
    tokens (N, T), and `lengths` (N,), the steps of each row that count; the output `y` is (N, H).
    Without a pooling the last step that counts goes on. Rows may be padded with anything.

    Raises:
        ExportError: a layer or an option that has no export.
    """
    graph = Graph()
    layers = [layer for layer in network.layers if not isinstance(layer, _NOT_SERVED)]
    beside = [layer for layer in layers if type(layer) in exports and exports[type(layer)].reads_tokens]
    branches = [exports[type(layer)].to_onnx(graph, layer, "x") for layer in beside]
    embeddings = [layer for layer in layers if isinstance(layer, keras.layers.Embedding)]
    current = "x"
    for layer in embeddings:
        current = exports[type(layer)].to_onnx(graph, layer, current)
    layers = [layer for layer in layers if layer not in (*beside, *embeddings)]
    recurrent = [layer for layer in layers if unwrapped(layer) is not None]
    pooled = any(isinstance(layer, Pooling) for layer in layers)
    if recurrent:
        current = graph.node("Transpose", [current], perm=[1, 0, 2])  # the operators want (T, N, D)
    elif branches:
        (current,) = branches
    for layer in layers:
        if recurrent and layer is recurrent[0]:
            recurrent.pop(0)
            current = graph.recurrent(current, layer, last=not recurrent and not pooled)
        elif recurrent:
            raise ExportError(f"layer {layer.name} stands before a recurrent layer, where it has no export")
        elif isinstance(layer, keras.layers.Concatenate):
            current = graph.node("Concat", [current, *branches], axis=1)
        elif type(layer) in exports:
            current = exports[type(layer)].to_onnx(graph, layer, current)
        else:
            raise ExportError(f"layer {layer.name} ({type(layer).__name__}) has no export")
    graph.node("Identity", [current], output="y")
    tokens = network.inputs[0].dtype == "int32"
    x: Shape = (INT32, ["N", "T"]) if tokens else (FLOAT, ["N", "T", network.input_shape[-1]])
    return graph.model({"x": x, "lengths": (INT32, ["N"])}, {"y": (FLOAT, ["N", network.output_shape[-1]])})


def quantise(network: keras.Model, exports: Exports = EXPORTS) -> None:
    """Round the tables of a network to what is stored of them; Keras and ONNX Runtime compute with the same numbers.

    Rows of an embedding become 8-bit numbers times a power of two each. Arithmetic stays in single precision.
    """
    for layer in network.layers:
        export = exports.get(type(layer))
        if export and export.quantise:
            export.quantise(layer)


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
    embeddings = [layer for layer in network.layers if isinstance(layer, keras.layers.Embedding)]
    vocabulary = embeddings[0].input_dim if embeddings else _TOKENS
    return random.integers(0, vocabulary, size=(rows, steps), dtype=np.int32)


def _answer(network: keras.Model, x: Batch | Tokens, lengths: Tokens) -> Weights:
    """What Keras answers; the last step, if it answers every step."""
    output = network(x) if len(network.inputs) == 1 else network([x, lengths])
    values: Weights = keras.ops.convert_to_numpy(output)
    return values[:, -1] if values.ndim == 3 else values
