"""Compares the ONNX graphs of a network with NumPy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seqserve.translation.onnx_model import Seq2Seq
from training.onnx.graph import ExportError
from training.translation.marian import graphs
from training.translation.marian.graphs import SHIFT
from training.translation.marian.network import MarianNetwork
from training.translation.marian.reference import Reference

TOLERANCE = 1e-5
"""How far log-probabilities may be from NumPy's, beside the largest of them."""
ROUNDED_TOLERANCE = 0.2
"""The same of the worst sentence in 8 bits. The last digit of a float decides how a number between two whole ones is
rounded, and with it all that follows: about as far away as single precision is. Short sentences have hardly any."""
_LENGTHS = (1, 9, 4, 23, 17, 2, 3, 1, 1, 2, 3, 1)
_STEPS = 4


def prove(network: MarianNetwork, served: tuple[bytes, bytes], seed: int = 0) -> float:
    """Compare graphs with NumPy on random translations of padded sentences, in single precision and in 8 bits.

    Returns:
        The largest difference in single precision, beside the largest log-probability.

    Raises:
        ExportError: a difference is above what rounding explains.
    """
    random = np.random.default_rng(seed)
    known = [network.embeddings(side).whole.shape[0] for side in ("encoder", "decoder")]
    sentences = [random.integers(2, known[0], size).tolist() for size in _LENGTHS]
    translations = [random.integers(2, known[1], _STEPS).tolist() for _ in _LENGTHS]

    def away(model: tuple[bytes, bytes], reference: Reference) -> npt.NDArray[np.float64]:
        """How far each sentence is away (N,)."""
        found = _log_probabilities(Seq2Seq(*model), sentences, translations, known[1])
        expected = [reference.log_probabilities(*pair) for pair in zip(sentences, translations, strict=True)]
        return np.array(
            [np.abs(row - other).max() / np.abs(other).max() for row, other in zip(found, expected, strict=True)]
        )

    precise = away(graphs.to_onnx(network, eight_bits=False), Reference(network)).max()
    rounded = np.sort(away(served, Reference(network, eight_bits=True)))
    least = rounded[len(rounded) // 4]
    # A comparison with NaN is false.
    if not (precise <= TOLERANCE and least <= TOLERANCE and rounded.max() <= ROUNDED_TOLERANCE):
        raise ExportError(
            f"the graphs are {precise:.1e} away from NumPy in single precision, and in 8 bits {least:.1e} in a quarter "
            f"of the sentences and {rounded.max():.1e} in the worst; {TOLERANCE:.0e}, {TOLERANCE:.0e} and "
            f"{ROUNDED_TOLERANCE:.0e} can be"
        )
    return float(precise)


def _log_probabilities(
    model: Seq2Seq, sentences: list[list[int]], translations: list[list[int]], known: int
) -> npt.NDArray[np.float32]:
    """Of every token that Marian knows (N, T + 1, V), by graphs that see all sentences together."""
    rows = len(sentences)
    state, source = model.encode([np.array(sentence, dtype=np.int32) + SHIFT for sentence in sentences])
    found = np.empty((rows, _STEPS + 1, known + SHIFT), dtype=np.float32)
    for step in range(_STEPS + 1):
        before = np.array([SHIFT + row[step - 1] if step else 1 for row in translations], dtype=np.int32)
        best = model.step(before, np.arange(rows), state, source, known + SHIFT)
        np.put_along_axis(found[:, step], best.tokens, best.scores, axis=1)
        state = best.state
    return found[:, :, SHIFT:]
