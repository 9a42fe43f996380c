"""The network in NumPy, formula by formula: what the ONNX graphs are compared with.

One sentence at a time, without padding. Either in single precision, or in the 8-bit arithmetic of the graphs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from training.onnx.eight_bits import SMALLEST
from training.translation.marian.model_file import Matrix
from training.translation.marian.network import MarianNetwork

Values = npt.NDArray[np.float32]

EPSILON = 1e-6
"""Of layer normalisation."""
END, UNKNOWN = 0, 1
"""Tokens as Marian numbers them."""


def frequencies(dimension: int) -> Values:
    """How fast each of the sines, then of the cosines, of a position turns (D/2,)."""
    half = dimension // 2
    turns: Values = np.exp(-np.arange(half) * np.log(10_000) / (half - 1)).astype(np.float32)
    return turns


class Reference:
    """Computes log-probabilities.

    Args:
        eight_bits: rows are rounded to 8 bits before they are multiplied with a matrix, each with a scale of its own.
    """

    def __init__(self, network: MarianNetwork, *, eight_bits: bool = False) -> None:
        self._network = network
        self._eight_bits = eight_bits

    def log_probabilities(self, sentence: list[int], translation: list[int]) -> Values:
        """Of every token (T + 1, V), after each of the beginnings of a translation.

        Args:
            sentence, translation: tokens as Marian numbers them, without the end.
        """
        network = self._network
        steps = self._encoded([*sentence, END])
        table = network.embeddings("decoder")
        embedded = table.values[translation] * np.float32(np.sqrt(network.dimension))
        inputs = np.concatenate([np.zeros((1, network.dimension), np.float32), embedded])
        cells = [np.zeros(network.dimension, np.float32)] * network.decoder_layers
        found = []
        for position, vector in enumerate(inputs):
            x = vector[None] + self._positions(np.array([position]))
            for number in range(network.decoder_layers):
                layer = f"decoder_l{number + 1}"
                cells[number], x = self._recurrent(x, cells[number], layer)
                x = self._normalised(self._attention(x, steps, f"{layer}_context") + x, f"{layer}_context_Wo_ln")
                x = self._fed_forward(x, layer)
            logits = self._product(x, Matrix(table.whole.T, table.multiplier)) + network.vector(
                "decoder_ff_logit_out_b"
            )
            found.append(logits[0] - _log_sum(logits[0]))
        return np.array(found)

    def _encoded(self, tokens: list[int]) -> Values:
        network = self._network
        x = network.embeddings("encoder").values[tokens] * np.float32(np.sqrt(network.dimension))
        x = x + self._positions(np.arange(len(tokens)))
        for number in range(network.encoder_layers):
            layer = f"encoder_l{number + 1}"
            x = self._normalised(self._attention(x, x, f"{layer}_self") + x, f"{layer}_self_Wo_ln")
            x = self._fed_forward(x, layer)
        return x

    def _positions(self, places: npt.NDArray[np.int64]) -> Values:
        angles = places[:, None].astype(np.float32) * frequencies(self._network.dimension)
        return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)

    def _recurrent(self, x: Values, cell: Values, layer: str) -> tuple[Values, Values]:
        candidate = self._product(x, self._network.matrix(f"{layer}_rnn_W"))
        forget: Values = np.divide(1, 1 + np.exp(-self._linear(x, f"{layer}_rnn_Wf", f"{layer}_rnn_bf")))
        after = forget * cell + (1 - forget) * candidate
        return after, self._normalised(np.maximum(after, 0) + x, f"{layer}_rnn_ffn_ln")

    def _attention(self, x: Values, seen: Values, name: str) -> Values:
        heads = self._network.heads

        def parted(values: Values, kernel: str) -> Values:
            product = self._linear(values, f"{name}_W{kernel}", f"{name}_b{kernel}")
            return product.reshape(len(values), heads, -1).transpose(1, 0, 2)

        query, keys, values = parted(x, "q"), parted(seen, "k"), parted(seen, "v")
        fit = query @ keys.transpose(0, 2, 1) / np.float32(np.sqrt(query.shape[2]))
        weights = np.exp(fit - fit.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        context = (weights @ values).transpose(1, 0, 2).reshape(len(x), -1)
        return self._linear(context, f"{name}_Wo", f"{name}_bo")

    def _fed_forward(self, x: Values, layer: str) -> Values:
        inner = np.maximum(self._linear(x, f"{layer}_ffn_W1", f"{layer}_ffn_b1"), 0)
        return self._normalised(self._linear(inner, f"{layer}_ffn_W2", f"{layer}_ffn_b2") + x, f"{layer}_ffn_ffn_ln")

    def _normalised(self, x: Values, name: str) -> Values:
        centred = x - x.mean(axis=-1, keepdims=True)
        deviation = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + np.float32(EPSILON))
        scaled: Values = centred / deviation * self._network.vector(f"{name}_scale")
        return scaled + self._network.vector(f"{name}_bias")

    def _linear(self, x: Values, kernel: str, bias: str) -> Values:
        return self._product(x, self._network.matrix(kernel)) + self._network.vector(bias)

    def _product(self, x: Values, kernel: Matrix) -> Values:
        if not self._eight_bits:
            product: Values = x @ kernel.values
            return product
        scale = np.maximum(np.abs(x).max(axis=-1, keepdims=True) / np.float32(127), np.float32(SMALLEST))
        whole = np.round(x / scale).astype(np.int32) @ kernel.whole.astype(np.int32)
        scaled: Values = whole.astype(np.float32) * np.float32(1 / kernel.multiplier) * scale
        return scaled


def _log_sum(logits: npt.NDArray[Any]) -> Any:
    highest = logits.max()
    return highest + np.log(np.exp(logits - highest).sum())
