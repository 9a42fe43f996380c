"""What gives a text its outputs: a network over its tokens, or a linear model over its raw text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from seqserve.core.length_batching import Tally, packed
from seqserve.core.onnx_session import Network
from seqserve.sentiment.linear_model import LinearModel
from seqserve.sentiment.word_spans import Word
from seqserve.sentiment.word_tokenizer import Encoded

Rows = npt.NDArray[np.float64]

_BATCH_STEPS = 2_048
"""Steps, padding counted, that one run of the network takes: past it memory is slower than arithmetic.
Measured on LSTMs and GRUs of 64 to 256 units and texts of 20 to 1,000 tokens."""


class Scorer(Protocol):
    """Gives texts their outputs."""

    def row(self, text: str, encoded: Encoded, hidden: Sequence[Word] = ()) -> Any:
        """What is read of a text, some words of which are hidden."""

    def outputs(self, rows: Sequence[Any], tally: Tally) -> Rows:
        """Unscaled outputs (N, C) of texts of any lengths."""


class NetworkScorer:
    """A network over the tokens of a text; a hidden word is an unknown one."""

    def __init__(self, network: Network, unknown: int) -> None:
        self.network = network
        self._unknown = unknown

    def row(self, text: str, encoded: Encoded, hidden: Sequence[Word] = ()) -> npt.NDArray[np.int32]:
        if not hidden:
            return encoded.ids
        ids = encoded.ids.copy()
        for word in hidden:
            ids[word.first : word.last] = self._unknown
        return ids

    def outputs(self, rows: Sequence[npt.NDArray[np.int32]], tally: Tally) -> Rows:
        lengths = [len(row) for row in rows]
        found: Rows | None = None
        for run in packed(lengths, _BATCH_STEPS):
            chosen = [lengths[index] for index in run]
            padded = np.zeros((len(run), chosen[0]), dtype=np.int32)
            for row, index in zip(padded, run, strict=True):
                row[: lengths[index]] = rows[index]
            outputs = self.network(padded, np.array(chosen, dtype=np.int32))
            if found is None:
                found = np.empty((len(rows), outputs.shape[1]))
            found[run] = outputs
            tally.add(chosen)
        assert found is not None
        return found


class LinearScorer:
    """A linear model over the raw text; a hidden word is blanked."""

    def __init__(self, model: LinearModel) -> None:
        self.model = model

    def row(self, text: str, encoded: Encoded, hidden: Sequence[Word] = ()) -> str:
        for word in hidden:
            text = text[: word.start] + " " * (word.end - word.start) + text[word.end :]
        return text

    def outputs(self, rows: Sequence[str], tally: Tally) -> Rows:
        return np.array([self.model.outputs(row) for row in rows])
