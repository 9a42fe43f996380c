"""A language model a step at a time: a network on ONNX Runtime, and n-grams beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from seqserve.complete.ngrams import HISTORY, Ngrams
from seqserve.core.length_batching import Tally
from seqserve.core.onnx_session import Batch, Tokens, session
from seqserve.errors import ArtifactError

MODEL = "model.onnx"


class LanguageModel:
    """A graph with inputs `x`, tokens (N,), and `state` (N, S), and outputs `logits` (N, V) and `state_after` (N, S).

    A row's outputs must not depend on the other rows of its batch, as those of whole numbers do not.

    Args:
        model: the bytes of `model.onnx`.
        threads: cores that one call may use.
        ngrams: whose probabilities are mixed with those of the network; then the last tokens are a part of a state.
        share: of the network.

    Attributes:
        tally: steps that it ran.
        vocabulary: V.

    Raises:
        ArtifactError: ONNX Runtime cannot load the graph, or it is another one.
    """

    def __init__(self, model: bytes, threads: int = 1, ngrams: Ngrams | None = None, share: float = 1.0) -> None:
        self._session = session(model, MODEL, threads)
        inputs = {value.name: value.shape for value in self._session.get_inputs()}
        outputs = {value.name: value.shape for value in self._session.get_outputs()}
        if inputs.keys() != {"x", "state"} or outputs.keys() != {"logits", "state_after"}:
            raise ArtifactError(f"{MODEL} is not the graph of a language model; publish it again")
        self.vocabulary = int(outputs["logits"][1])
        self._size = int(inputs["state"][1])
        self._ngrams, self._share = ngrams, share
        self.tally = Tally()

    def start(self, rows: int = 1) -> Batch:
        """The states (N, S) before a text."""
        more = 0 if self._ngrams is None else HISTORY  # a text is preceded by ends, which are 0
        return np.zeros((rows, self._size + more), dtype=np.float32)

    def step(self, tokens: npt.ArrayLike, state: Batch) -> tuple[Batch, Batch]:
        """What follows tokens (N,): unscaled log-probabilities (N, V), and the states (N, S) after them."""
        x = np.asarray(tokens, dtype=np.int32)
        self.tally.add([1] * len(x))
        inputs = {"x": x, "state": state[:, : self._size]}
        logits, after = self._session.run(["logits", "state_after"], inputs)
        if self._ngrams is None:
            return logits, after
        history = np.concatenate([state[:, self._size + 1 :], x[:, None].astype(np.float32)], axis=1)
        for row, before in zip(logits, history.astype(np.int64), strict=True):  # one by one: sums depend on the shape
            row -= row.max()
            np.exp(row, out=row)
            row *= self._share / row.sum()
            row += (1 - self._share) * self._ngrams.after(before)
            np.log(row, out=row)
        return logits, np.concatenate([after, history], axis=1)

    def read(self, texts: Sequence[Sequence[int]], states: Batch) -> Batch:
        """The states (N, S) after tokens of each row, from those (N, S) before; a row may have none."""
        states = states.copy()
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        for place in range(len(texts[order[0]]) if order else 0):
            rows = [row for row in order if len(texts[row]) > place]
            _, states[rows] = self.step([texts[row][place] for row in rows], states[rows])
        return states

    def surprisal(self, texts: Sequence[Tokens]) -> list[npt.NDArray[np.float64]]:
        """Nats of every token of texts but the first, given those before it (T - 1,).

        Args:
            texts: tokens (T,) with what begins and ends them.
        """
        found = [np.zeros(len(text) - 1) for text in texts]
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        state = self.start(len(texts))
        for place in range(len(texts[order[0]]) - 1 if order else 0):
            rows = [row for row in order if len(texts[row]) > place + 1]
            logits, state = self.step([texts[row][place] for row in rows], state[: len(rows)])
            every = log_sum(logits)
            for number, row in enumerate(rows):
                found[row][place] = every[number] - logits[number, texts[row][place + 1]]
        return found


def log_sum(logits: Batch) -> npt.NDArray[np.float64]:
    """The logarithm of the sum of exponentials of each row (N,)."""
    wide = logits.astype(np.float64)
    most = wide.max(axis=-1)
    return np.asarray(most + np.log(np.exp(wide - most[..., None]).sum(axis=-1)))
