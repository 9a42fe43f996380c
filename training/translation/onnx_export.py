"""An encoder-decoder network as two ONNX graphs: the encoder, run once, and one step of the decoder."""

from __future__ import annotations

import warnings

import keras
import numpy as np
import onnx

from seqserve.core.onnx_session import Tokens
from seqserve.registry import byte_delta
from seqserve.translation.onnx_model import Seq2Seq
from training.onnx import eight_bits as eight_bits_of
from training.onnx.graph import (
    FLOAT,
    INT32,
    INT64,
    ExportError,
    Graph,
    Shape,
    Weights,
    arrays,
    rounded,
    unwrapped,
    weights,
)

ROUNDED_TOLERANCE = 0.02
"""How far log-probabilities may be if the output layer computes in 8 bits."""
TOLERANCE = 1e-5
"""How far the graphs' log-probabilities may be from Keras', beside the largest of them, which grow with training."""


def to_onnx(network: keras.Model, *, eight_bits: bool = False) -> tuple[bytes, bytes]:
    """The graphs of a `network.translator`, as `onnx_model.Seq2Seq` takes them.

    The encoder takes tokens `x` (N, S) and `lengths` (N,) to the decoder's first `state` (N, K), and with
    attention to `memory` (N, S, E) and `keys` (N, U, S). The decoder step takes tokens `before` (M,), for each the
    row of the last `state` that it follows, `parents` (M,), and with attention the encoder's outputs and `lengths`,
    M being a multiple of N, to the next, `state_after` (M, K), and the `k` likeliest `tokens` (M, k), or all if there
    are fewer, with their log-probabilities `scores` (M, k).

    Args:
        eight_bits: the output layer of a network that is `quantise`d computes in 8 bits, a scale for each row.
    """
    layers = {layer.name: layer for layer in network.layers}
    return _encoder(layers), _decoder(layers, eight_bits)


def quantise(network: keras.Model) -> None:
    """Round all matrices to 8-bit numbers times a power of two a row or column: they weigh as much, and take a quarter.

    Keras and ONNX Runtime both compute with the rounded values, in single precision.
    """
    for layer in network.layers:
        for part in unwrapped(layer) or [layer]:
            kernels = isinstance(part, keras.layers.RNN | keras.layers.Dense)
            part.set_weights(
                [
                    weight
                    if weight.ndim < 2 or weight.shape[0] == 2
                    else rounded(weight.T).T
                    if kernels
                    else rounded(weight)
                    for weight in arrays(part)
                ]
            )


def without_shared(encoder: bytes, decoder: bytes) -> bytes:
    """An encoder without the largest weight that its decoder has too: the embeddings, in 8 bits. See `sharing`."""
    every = (weight.raw_data for weight in onnx.load_from_string(encoder).graph.initializer)
    return byte_delta.cut(encoder, max((run for run in every if run in decoder), key=len, default=b""), decoder)


def restore(network: keras.Model, graphs: tuple[bytes, bytes]) -> None:
    """Give a network the weights of its graphs, `encoder` and `decoder`, to train on from there.

    The network's own weights are numbered and exported, to see where each of them stands in a graph.

    Raises:
        ExportError: they are the graphs of another network.
    """
    sizes = [int(np.prod(weight.shape)) for weight in network.weights]
    ends = np.cumsum(sizes)
    # Single precision has every whole number up to here; 0 is what stands where a graph has no weight of Keras.
    if ends[-1] >= 2**24:
        raise ExportError(f"a network of {ends[-1]} weights is too large to be restored")
    numbers = np.split(np.arange(1, ends[-1] + 1, dtype=np.float32), ends[:-1])
    network.set_weights([row.reshape(weight.shape) for row, weight in zip(numbers, network.weights, strict=True)])
    values = np.full(1 + ends[-1], np.nan, dtype=np.float32)
    for numbered, graph in zip(map(weights, to_onnx(network)), map(weights, graphs), strict=True):
        for name, places in numbered.items():
            if name not in graph or graph[name].shape != places.shape:
                raise ExportError("the graphs are those of another network")
            known = places > 0
            values[places[known].astype(np.int64)] = graph[name][known]
    if np.isnan(values[1:]).any():
        raise ExportError("the graphs are those of another network")
    rows = np.split(values[1:], ends[:-1])
    network.set_weights([row.reshape(weight.shape) for row, weight in zip(rows, network.weights, strict=True)])


def _encoder(layers: dict[str, keras.layers.Layer]) -> bytes:
    graph = Graph()
    table = _table(layers)
    current = graph.node("Transpose", [graph.embedding("x", table)], perm=[1, 0, 2])
    encoder = _numbered(layers, "encoder")
    for layer in encoder[:-1]:
        current = graph.recurrent(current, layer, last=False)
    steps, summary = graph.both(current, encoder[-1])
    states = [
        graph.dense(summary, layers[f"{kind}_{number}"])
        for number in (1, 2)
        for kind in ("state", "memory")
        if f"{kind}_{number}" in layers
    ]
    graph.node("Concat", states, output="state", axis=1)
    outputs: dict[str, Shape] = {"state": (FLOAT, ["N", _states(layers)])}
    if "query" in layers:
        graph.node("Transpose", [steps], output="memory", perm=[1, 0, 2])
        (query,) = arrays(layers["query"])
        kernel = graph.node("Transpose", [graph.matrix(query.T.copy())], perm=[1, 0])
        graph.node("MatMul", [kernel, graph.node("Transpose", [steps], perm=[1, 2, 0])], output="keys")
        outputs |= {"memory": (FLOAT, ["N", "S", query.shape[1]]), "keys": (FLOAT, ["N", query.shape[0], "S"])}
    return graph.model({"x": (INT32, ["N", "S"]), "lengths": (INT32, ["N"])}, outputs)


def _decoder(layers: dict[str, keras.layers.Layer], eight_bits: bool) -> bytes:
    graph = Graph()
    table = _table(layers)
    vectors = graph.kept(*arrays(table))
    first, second = _numbered(layers, "decoder")
    count = _states(layers) // first.units
    followed = graph.node("Gather", ["state", "parents"])
    states = graph.several("Split", [followed], count, axis=1)
    inputs: dict[str, Shape] = {
        "before": (INT32, ["M"]),
        "parents": (INT64, ["M"]),
        "state": (FLOAT, ["L", _states(layers)]),
        "k": (INT64, [1]),
    }
    after = graph.step(graph.rows(vectors, "before"), first, states[: count // 2])
    if "query" in layers:
        units, width = arrays(layers["query"])[0].shape
        inputs |= {
            "memory": (FLOAT, ["N", "S", width]),
            "keys": (FLOAT, ["N", units, "S"]),
            "lengths": (INT32, ["N"]),
        }
        context = _context(graph, after[0], units, width)
        later = graph.step(graph.node("Concat", [after[0], context], axis=1), second, states[count // 2 :])
        final = graph.node("Concat", [later[0], context], axis=1)
    else:
        later = graph.step(after[0], second, states[count // 2 :])
        final = later[0]
    graph.node("Concat", [*after, *later], output="state_after", axis=1)
    answers = graph.dense(final, layers["final"])
    if eight_bits and len(vectors) > 1:
        whole, scales = (graph.node("Transpose", [kept], perm=[1, 0]) for kept in vectors)
        divisor = graph.node("Reciprocal", [scales])
        logits = eight_bits_of.product(graph, eight_bits_of.rounded_rows(graph, answers), whole, divisor)
    else:
        logits = graph.node("Gemm", [answers, graph.whole(*vectors)], transB=1)
    most = graph.node("Min", ["k", graph.weight(np.array([table.input_dim]))])
    scores, tokens = graph.several("TopK", [graph.node("LogSoftmax", [logits], axis=1), most], 2, axis=1)
    graph.node("Identity", [tokens], output="tokens")
    graph.node("Identity", [scores], output="scores")
    return graph.model(
        inputs,
        {
            "state_after": (FLOAT, ["M", _states(layers)]),
            "tokens": (INT64, ["M", "K"]),
            "scores": (FLOAT, ["M", "K"]),
        },
    )


def _context(graph: Graph, output: str, units: int, width: int) -> str:
    """What the rows (M, U) attend to (M, E), those of one sentence together."""
    size = graph.node("Shape", ["lengths"])
    grouped = graph.node("Concat", [size, graph.weight(np.array([-1, units]))], axis=0)
    fit = graph.node("MatMul", [graph.node("Reshape", [output, grouped]), "keys"])
    steps = graph.node("Gather", [graph.node("Shape", ["memory"]), graph.weight(np.array(1))])
    places = graph.node("Range", [graph.weight(np.array(0)), steps, graph.weight(np.array(1))])
    ends = graph.node("Unsqueeze", [graph.node("Cast", ["lengths"], to=INT64), graph.weight(np.array([1, 2]))])
    counts = graph.node("Less", [graph.node("Unsqueeze", [places, graph.weight(np.array([0, 1]))]), ends])
    masked = graph.node("Where", [counts, fit, graph.weight(np.array(-1e9, dtype=np.float32))])
    found = graph.node("MatMul", [graph.node("Softmax", [masked], axis=-1), "memory"])
    return graph.node("Reshape", [found, graph.weight(np.array([-1, width]))])


def _numbered(layers: dict[str, keras.layers.Layer], kind: str) -> list[keras.layers.Layer]:
    return [layers[name] for number in range(1, 9) if (name := f"{kind}_{number}") in layers]


def _table(layers: dict[str, keras.layers.Layer]) -> keras.layers.Layer:
    return next(layer for layer in layers.values() if isinstance(layer, keras.layers.ReversibleEmbedding))


def _states(layers: dict[str, keras.layers.Layer]) -> int:
    """Numbers in all the states of the decoder together."""
    return sum(layer.units for name, layer in layers.items() if name in ("state_1", "state_2", "memory_1", "memory_2"))


def prove(network: keras.Model, graphs: tuple[bytes, bytes], tolerance: float = TOLERANCE, seed: int = 0) -> float:
    """Compare the graphs with Keras: log-probabilities of random translations of padded sentences of mixed lengths.

    Keras sees every sentence alone and without its padding.

    Returns:
        The largest difference seen, beside the largest log-probability.

    Raises:
        ExportError: it is above the tolerance.
    """
    random = np.random.default_rng(seed)
    served = Seq2Seq(*graphs)
    vocabulary = _table({layer.name: layer for layer in network.layers}).input_dim
    sentences = [random.integers(0, vocabulary, size=size, dtype=np.int32) for size in (1, 9, 4, 23, 17)]
    translations = random.integers(0, vocabulary, size=(len(sentences), 8), dtype=np.int32)
    expected = [_answers(network, *pair) for pair in zip(sentences, translations, strict=True)]
    state, source = served.encode(sentences)
    worst = 0.0
    for step in range(translations.shape[1]):
        found = np.empty((len(sentences), vocabulary), dtype=np.float32)
        best = served.step(translations[:, step], np.arange(len(sentences)), state, source, vocabulary)
        np.put_along_axis(found, best.tokens, best.scores, axis=1)
        state = best.state
        for row, answers in enumerate(expected):
            away = np.abs(answers[step] - found[row]).max() / np.abs(answers[step]).max()
            worst = float(np.maximum(worst, away))  # unlike max(), NaN stays NaN
    if not worst <= tolerance:
        raise ExportError(f"the exported graphs are {worst:.1e} away from Keras, more than {tolerance:.0e}")
    return worst


def _answers(network: keras.Model, tokens: Tokens, translation: Tokens) -> Weights:
    """Keras' log-probabilities (T, V) of every token that may come after each of a translation."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "You are using a softmax over axis")  # of the only token, rightly
        output = network([tokens[None], np.array([len(tokens)], dtype=np.int32), translation[None]])
    values: Weights = keras.ops.convert_to_numpy(keras.ops.log_softmax(output[0]))
    return values
