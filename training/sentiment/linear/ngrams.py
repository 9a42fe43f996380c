"""The layer of n-gram scores, and its ONNX operators."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

from training.core.layers import Unmasked
from training.onnx.export import LayerExport
from training.onnx.graph import FLOAT, INT64, Graph

BASE = 1_000_003
"""N-grams are numbers with their tokens as digits to this base; prime, and three digits fit 63 bits."""
NOTHING = 2**62
"""What stands where a row has no n-gram."""
SIGNATURES = 65_535
"""So many signatures there are, from 1; a row of the table without a score has 0."""


@keras.saving.register_keras_serializable("seqserve")
class Ngrams(Unmasked):
    """The sum of the scores of the words, pairs and triples of words in a row, each counted once.

    An n-gram is a number, see `ngrams`; its last `bits` bits say in which row of the table its score is,
    and what is left of it, to a remainder, must be the signature there, or it has none.

    Shape:
        Tokens (N, T) and lengths (N,) to (N, outputs).
    """

    def __init__(self, bits: int, outputs: int, **options: Any) -> None:
        super().__init__(**options)
        self.bits = bits
        self.outputs = outputs
        fixed = {"initializer": "zeros", "trainable": False}
        self.table = self.add_weight(shape=(2**bits, outputs), name="table", **fixed)
        self.signatures = self.add_weight(shape=(2**bits,), dtype="uint16", name="signatures", **fixed)

    def call(self, tokens: Any, lengths: Any) -> Any:
        words = ops.cast(tokens, "int64")
        pairs = words[:, :-1] * BASE + words[:, 1:]
        triples = pairs[:, :-1] * BASE + words[:, 2:]
        found = []
        for size, numbers in enumerate((words, pairs, triples), 1):
            counts = ops.arange(ops.shape(numbers)[1])[None, :] <= lengths[:, None] - size
            found.append(ops.where(counts, numbers, NOTHING))
        every = ops.sort(ops.concatenate(found, axis=1), axis=1)
        first = ops.concatenate([ops.ones_like(every[:, :1], dtype="bool"), every[:, 1:] != every[:, :-1]], axis=1)
        rows, signatures = every % 2**self.bits, every // 2**self.bits % SIGNATURES + 1
        known = ops.cast(ops.take(self.signatures, rows), "int64") == signatures
        counts = first & known & (every != NOTHING)
        return ops.sum(ops.where(counts[..., None], ops.take(self.table, rows, axis=0), 0.0), axis=1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "bits": self.bits, "outputs": self.outputs}


def ngrams(tokens: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """The distinct words, pairs and triples of a text's tokens (T,), in order; each with tokens as digits to a base."""
    words = tokens.astype(np.int64)
    pairs = words[:-1] * BASE + words[1:]
    return np.unique(np.concatenate([words, pairs, pairs[:-1] * BASE + words[2:]]))


def to_onnx(graph: Graph, layer: Ngrams, tokens: str) -> str:
    """What the `Ngrams` layer computes, from the tokens themselves; its scores are kept in half precision."""
    table, signatures = layer.get_weights()
    words = graph.node("Cast", [tokens], to=INT64)
    pairs = _joined(graph, words, words, 1)
    triples = _joined(graph, pairs, words, 2)
    axis, zero, one = (graph.weight(np.array(value)) for value in ([1], 0, 1))
    nothing, rows = graph.weight(np.array(NOTHING)), graph.weight(np.array(2**layer.bits))
    lengths = graph.node("Unsqueeze", [graph.node("Cast", ["lengths"], to=INT64), axis])
    numbers_of = []
    for size, numbers in enumerate((words, pairs, triples), 1):
        places = graph.node("Range", [zero, graph.node("Gather", [graph.node("Shape", [numbers]), one]), one])
        counts = graph.node("LessOrEqual", [places, graph.node("Sub", [lengths, graph.weight(np.array(size))])])
        numbers_of.append(graph.node("Where", [counts, numbers, nothing]))
    every = graph.node("Concat", numbers_of, axis=1)
    width = graph.node("Gather", [graph.node("Shape", [every]), axis])
    ordered, _ = graph.several("TopK", [every, width], 2, axis=1, largest=0)
    before = graph.node("Pad", [ordered, graph.weight(np.array([0, 1, 0, -1])), graph.weight(np.array(-1))])
    repeated = graph.node("Equal", [ordered, before])
    row, rest = graph.node("Mod", [ordered, rows]), graph.node("Div", [ordered, rows])
    signature = graph.node("Add", [graph.node("Mod", [rest, graph.weight(np.array(SIGNATURES))]), one])
    expected = graph.node("Cast", [graph.node("Gather", [graph.weight(signatures), row])], to=INT64)
    known = graph.node("And", [graph.node("Equal", [signature, expected]), graph.node("Less", [ordered, nothing])])
    counted = graph.node("And", [known, graph.node("Not", [repeated])])
    scores = graph.node("Cast", [graph.node("Gather", [graph.weight(table.astype(np.float16)), row])], to=FLOAT)
    scores = graph.node(
        "Where",
        [
            graph.node("Unsqueeze", [counted, graph.weight(np.array([2]))]),
            scores,
            graph.weight(np.zeros(1, np.float32)),
        ],
    )
    return graph.node("ReduceSum", [scores, axis], keepdims=0)


def _joined(graph: Graph, ngrams: str, words: str, size: int) -> str:
    """N-grams (N, T - size + 1) of so many words, each with the word that follows."""
    axis, zero = graph.weight(np.array([1])), graph.weight(np.array([0]))
    left = graph.node("Slice", [ngrams, zero, graph.weight(np.array([-1])), axis])
    right = graph.node("Slice", [words, graph.weight(np.array([size])), graph.weight(np.array([2**31])), axis])
    return graph.node("Add", [graph.node("Mul", [left, graph.weight(np.array(BASE))]), right])


def quantise(layer: Ngrams) -> None:
    """Round the scores to half-precision numbers, as the graph keeps them."""
    table, signatures = layer.get_weights()
    layer.set_weights([np.float32(np.float16(table)), signatures])


EXPORT = LayerExport(to_onnx, reads_tokens=True, quantise=quantise)
