"""The network as two ONNX graphs: the encoder, run once, and one step of the decoder.

Matrices stay in 8 bits. What they are multiplied with is rounded to 8 bits row by row, so that a sentence has the same
translation whatever other sentences it is translated with.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from seqserve.translation.subword_tokenizer import END
from training.onnx.eight_bits import RoundedRows, product, rounded_rows
from training.onnx.graph import FLOAT, INT32, INT64, Graph, Shape
from training.translation.marian.network import MarianNetwork
from training.translation.marian.reference import EPSILON, frequencies

SHIFT = END
"""Tokens that are served before the first that Marian knows: padding, and the start."""
_NEVER = -1e9


def to_onnx(network: MarianNetwork, *, eight_bits: bool = True) -> tuple[bytes, bytes]:
    """The graphs of a network, as `onnx_model.Seq2Seq` takes them.

    The encoder takes tokens `x` (N, S) and `lengths` (N,) to the decoder's first `state` (N, L * D + 1), and for each
    of L layers of the decoder to `keys_1` ... (N, heads, D / heads, S + 1) and `memory_1` ... (N, heads, S + 1,
    D / heads); the end of a sentence is added to it. The state is the cell of each layer, and the position.

    Args:
        eight_bits: otherwise the arithmetic is in single precision, to compare with.
    """
    return _Encoder(network, eight_bits).model(), _Decoder(network, eight_bits).model()


class _Layers:
    """What the two graphs have in common."""

    def __init__(self, network: MarianNetwork, eight_bits: bool) -> None:
        self.graph = Graph()
        self.network = network
        self._eight_bits = eight_bits
        self._rounded: dict[str, RoundedRows] = {}
        size = self.network.dimension // self.network.heads
        parts = [self.graph.node("Shape", ["lengths"]), self.axes(-1, self.network.heads, size)]
        self._by_sentence = self.graph.node("Concat", parts, axis=0)

    def constant(self, *values: float) -> str:
        """Whole numbers as they are, others in single precision; one number has no axis."""
        array = np.array(values if len(values) != 1 else values[0])
        return self.graph.weight(array if array.dtype.kind == "i" else array.astype(np.float32))

    def axes(self, *values: int) -> str:
        return self.graph.weight(np.array(values))

    def table(self, side: str) -> str:
        """The embeddings of a side as 8-bit numbers (V, D); the first tokens have zeros."""
        whole = self.network.embeddings(side).whole
        return self.graph.weight(np.pad(whole, ((SHIFT, 0), (0, 0))), "embeddings")

    def embedded(self, tokens: str, table: str, side: str) -> str:
        """Embeddings of tokens, one axis more, times the root of their size."""
        graph = self.graph
        scale = float(np.sqrt(self.network.dimension)) / self.network.embeddings(side).multiplier
        rows = graph.node("Cast", [graph.node("Gather", [table, tokens])], to=FLOAT)
        return graph.node("Mul", [rows, self.constant(scale)])

    def positions(self, places: str) -> str:
        """Sines and cosines (..., D) of positions (..., 1) in single precision."""
        graph = self.graph
        angles = graph.node("Mul", [places, graph.weight(frequencies(self.network.dimension))])
        return graph.node("Concat", [graph.node("Sin", [angles]), graph.node("Cos", [angles])], axis=-1)

    def linear(self, x: str, kernel: str, bias: str) -> str:
        (product,) = self.several(x, [(kernel, bias)])
        return product

    def several(self, x: str, layers: Sequence[tuple[str, str]]) -> list[str]:
        """Rows times several matrices at once, each with its bias, if it has one."""
        kernels = [self.network.matrix(kernel) for kernel, _ in layers]
        widths = [kernel.whole.shape[1] for kernel in kernels]
        biases = [
            self.network.vector(bias) if bias else np.zeros(width, np.float32)
            for (_, bias), width in zip(layers, widths, strict=True)
        ]
        whole = self.graph.weight(np.concatenate([kernel.whole for kernel in kernels], axis=1))
        multipliers = [kernel.multiplier for kernel in kernels]
        every = np.repeat(multipliers, widths) if len(kernels) > 1 else multipliers
        product = self.graph.node("Add", [self.product(x, whole, every), self.graph.weight(np.concatenate(biases))])
        if len(kernels) == 1:
            return [product]
        return self.graph.several("Split", [product, self.axes(*widths)], len(kernels), axis=1)

    def product(self, x: str, whole: str, multipliers: npt.ArrayLike) -> str:
        """Rows times a matrix whose 8-bit numbers are the weight `whole`, with a multiplier for all or each column."""
        graph = self.graph
        divisor = graph.weight(np.array(multipliers, dtype=np.float32))
        if not self._eight_bits:
            return graph.node("MatMul", [x, graph.node("Div", [graph.node("Cast", [whole], to=FLOAT), divisor])])
        if x not in self._rounded:  # once for all matrices
            self._rounded[x] = rounded_rows(graph, x)
        return product(graph, self._rounded[x], whole, divisor)

    def normalised(self, x: str, name: str) -> str:
        weights = [self.graph.weight(self.network.vector(f"{name}_{part}")) for part in ("scale", "bias")]
        return self.graph.node("LayerNormalization", [x, *weights], axis=-1, epsilon=EPSILON)

    def fed_forward(self, x: str, layer: str) -> str:
        graph = self.graph
        inner = graph.node("Relu", [self.linear(x, f"{layer}_ffn_W1", f"{layer}_ffn_b1")])
        return self.normalised(
            graph.node("Add", [self.linear(inner, f"{layer}_ffn_W2", f"{layer}_ffn_b2"), x]), f"{layer}_ffn_ffn_ln"
        )

    def by_head(self, rows: str, *, keys: bool = False) -> str:
        """Rows (M, D) by sentence and head (N, heads, M / N, D / heads); keys with the last two axes turned."""
        parted = self.graph.node("Reshape", [rows, self._by_sentence])
        return self.graph.node("Transpose", [parted], perm=[0, 2, 3, 1] if keys else [0, 2, 1, 3])

    def attended(self, x: str, query: str, keys: str, values: str, counts: str, name: str) -> str:
        """What rows `x` (M, D), those of one sentence together, attend to (M, D), with them added and normalised."""
        graph = self.graph
        root = float(np.sqrt(self.network.dimension // self.network.heads))
        fit = graph.node("Div", [graph.node("MatMul", [self.by_head(query), keys]), self.constant(root)])
        masked = graph.node("Where", [counts, fit, self.constant(_NEVER)])
        found = graph.node("MatMul", [graph.node("Softmax", [masked], axis=-1), values])
        turned = graph.node("Transpose", [found], perm=[0, 2, 1, 3])
        joined = graph.node("Reshape", [turned, self.axes(-1, self.network.dimension)])
        return self.normalised(graph.node("Add", [self.linear(joined, f"{name}_Wo", f"{name}_bo"), x]), f"{name}_Wo_ln")

    def counting(self, places: str) -> str:
        """Which of the steps of each sentence count (N, 1, 1, S + 1), its end among them; of positions (S + 1,)."""
        graph = self.graph
        lengths = graph.node("Unsqueeze", [graph.node("Cast", ["lengths"], to=INT64), self.axes(1, 2, 3)])
        return graph.node("LessOrEqual", [places, lengths])

    def sources(self, steps: str) -> dict[str, Shape]:
        """What the decoder sees of the sentences, by name."""
        heads, size = self.network.heads, self.network.dimension // self.network.heads
        found: dict[str, Shape] = {}
        for number in range(1, self.network.decoder_layers + 1):
            found[f"keys_{number}"] = (FLOAT, ["N", heads, size, steps])
            found[f"memory_{number}"] = (FLOAT, ["N", heads, steps, size])
        return found

    @property
    def states(self) -> int:
        return self.network.decoder_layers * self.network.dimension + 1


class _Encoder(_Layers):
    def model(self) -> bytes:
        graph, network = self.graph, self.network
        padded = graph.node("Pad", ["x", self.axes(0, 0, 0, 1)])
        size = graph.node("Gather", [graph.node("Shape", [padded]), self.constant(1)])
        places = graph.node("Range", [self.constant(0), size, self.constant(1)])
        lengths = graph.node("Unsqueeze", [graph.node("Cast", ["lengths"], to=INT64), self.axes(1)])
        ends = graph.node("Equal", [places, lengths])
        tokens = graph.node("Where", [ends, graph.weight(np.array(END, dtype=np.int32)), padded])
        column = graph.node("Unsqueeze", [graph.node("Cast", [places], to=FLOAT), self.axes(1)])
        embedded = self.embedded(tokens, self.table("encoder"), "encoder")
        steps = graph.node("Add", [embedded, self.positions(column)])
        x = graph.node("Reshape", [steps, self.axes(-1, network.dimension)])
        counts = self.counting(places)
        for number in range(1, network.encoder_layers + 1):
            name = f"encoder_l{number}_self"
            query, keys, values = self.several(x, [(f"{name}_W{part}", f"{name}_b{part}") for part in "qkv"])
            found = self.attended(x, query, self.by_head(keys, keys=True), self.by_head(values), counts, name)
            x = self.fed_forward(found, f"encoder_l{number}")
        contexts = [f"decoder_l{number + 1}_context" for number in range(network.decoder_layers)]
        parts = self.several(x, [(f"{name}_W{part}", f"{name}_b{part}") for name in contexts for part in "kv"])
        for name, rows in zip(self.sources("S"), parts, strict=True):
            graph.node("Identity", [self.by_head(rows, keys=name.startswith("keys"))], output=name)
        count = graph.node("Concat", [graph.node("Shape", ["lengths"]), self.axes(self.states)], axis=0)
        graph.node("Expand", [self.constant(0.0), count], output="state")
        return graph.model(
            {"x": (INT32, ["N", "S"]), "lengths": (INT32, ["N"])},
            {"state": (FLOAT, ["N", self.states]), **self.sources("S_and_end")},
        )


class _Decoder(_Layers):
    def model(self) -> bytes:
        graph, network = self.graph, self.network
        followed = graph.node("Gather", ["state", "parents"])
        sizes = self.axes(*[network.dimension] * network.decoder_layers, 1)
        *cells, position = graph.several("Split", [followed, sizes], network.decoder_layers + 1, axis=1)
        table = self.table("decoder")
        x = graph.node("Add", [self.embedded("before", table, "decoder"), self.positions(position)])
        last = graph.node("Gather", [graph.node("Shape", ["memory_1"]), self.constant(2)])
        counts = self.counting(graph.node("Range", [self.constant(0), last, self.constant(1)]))
        after = []
        for number, cell in enumerate(cells, 1):
            layer = f"decoder_l{number}"
            state, x = self._recurrent(x, cell, layer)
            after.append(state)
            name = f"{layer}_context"
            query = self.linear(x, f"{name}_Wq", f"{name}_bq")
            x = self.attended(x, query, f"keys_{number}", f"memory_{number}", counts, name)
            x = self.fed_forward(x, layer)
        graph.node("Concat", [*after, graph.node("Add", [position, self.constant(1.0)])], output="state_after", axis=1)
        columns = graph.node("Transpose", [table], perm=[1, 0])  # once, as ONNX Runtime loads it
        product = self.product(x, columns, [network.embeddings("decoder").multiplier])
        bias = np.concatenate([np.full(SHIFT, _NEVER), network.vector("decoder_ff_logit_out_b")]).astype(np.float32)
        logits = graph.node("Add", [product, graph.weight(bias)])
        most = graph.node("Min", ["k", self.axes(len(bias))])
        scores, tokens = graph.several("TopK", [graph.node("LogSoftmax", [logits], axis=1), most], 2, axis=1)
        graph.node("Identity", [tokens], output="tokens")
        graph.node("Identity", [scores], output="scores")
        return graph.model(
            {
                "before": (INT32, ["M"]),
                "parents": (INT64, ["M"]),
                "state": (FLOAT, ["L", self.states]),
                "k": (INT64, [1]),
                "lengths": (INT32, ["N"]),
                **self.sources("S"),
            },
            {
                "state_after": (FLOAT, ["M", self.states]),
                "tokens": (INT64, ["M", "K"]),
                "scores": (FLOAT, ["M", "K"]),
            },
        )

    def _recurrent(self, x: str, cell: str, layer: str) -> tuple[str, str]:
        graph = self.graph
        candidate, gate = self.several(x, [(f"{layer}_rnn_W", ""), (f"{layer}_rnn_Wf", f"{layer}_rnn_bf")])
        forget = graph.node("Sigmoid", [gate])
        kept = graph.node("Mul", [forget, cell])
        added = graph.node("Mul", [graph.node("Sub", [self.constant(1.0), forget]), candidate])
        after = graph.node("Add", [kept, added])
        return after, self.normalised(graph.node("Add", [graph.node("Relu", [after]), x]), f"{layer}_rnn_ffn_ln")
