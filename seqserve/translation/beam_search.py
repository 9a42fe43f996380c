"""Batched beam search over an encoder-decoder network."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from seqserve.core.length_batching import Tally
from seqserve.core.onnx_session import Batch, Tokens
from seqserve.translation.subword_tokenizer import END, START, UNKNOWN

Numbers = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]
Source = dict[str, npt.NDArray[np.generic]]

_BATCH_STEPS = 2_048
"""Tokens, padding counted, that the decoder sees at a time."""
_BATCH_ROWS = 320
"""Hypotheses that the decoder takes one step further at a time."""
_NEVER = 3
"""So many tokens no translation has: all up to `UNKNOWN` but the end."""
_LONGEST_LOOP = 6
_MOST_ROUNDS = 3
_LONGER = 10
"""Tokens that the translation of a sentence that repeats itself may have more than it."""


class Hypothesis(NamedTuple):
    """A translation that a search found.

    Args:
        tokens: without start and end.
        log_probability: of all its tokens, and of the end if it has `ended`.
        ended: by itself; else it came to its limit or went in circles, and was cut.
    """

    tokens: list[int]
    log_probability: float
    ended: bool = True

    @property
    def mean(self) -> float:
        """Log-probability a token, the end counted."""
        return self.log_probability / (1 + len(self.tokens))


def together(hypotheses: Sequence[Hypothesis]) -> Hypothesis:
    """Several hypotheses as one, such as those of the items of a list."""
    return Hypothesis(
        [token for hypothesis in hypotheses for token in hypothesis.tokens],
        sum(hypothesis.log_probability for hypothesis in hypotheses),
        all(hypothesis.ended for hypothesis in hypotheses),
    )


class Best(NamedTuple):
    """The likeliest next tokens of hypotheses (M, k), their log-probabilities, and the state behind each (M, K)."""

    tokens: Numbers
    scores: Batch
    state: Batch


class Model(ABC):
    """An encoder-decoder network that takes hypotheses one token further at a time.

    Attributes:
        tally: the steps that its encoder has run.
    """

    def __init__(self) -> None:
        self.tally = Tally()

    @abstractmethod
    def encode(self, sentences: Sequence[Tokens]) -> tuple[Batch, Source]:
        """The decoder's first state (N, K), and what its steps see of the sentences."""

    @abstractmethod
    def step(
        self,
        before: npt.NDArray[np.integer],
        parents: Numbers,
        state: Batch,
        source: Source,
        count: int,
    ) -> Best:
        """Take hypotheses one token further.

        Args:
            before: the last token of each (M,); those of one sentence stand together, as many for each.
            parents: the row of `state` behind which each stands (M,).
            count: how many next tokens of each are wanted.
        """

    def search(
        self, sentences: Sequence[Sequence[int]], limits: Sequence[int], beam: int, length_penalty: float
    ) -> list[list[Hypothesis]]:
        """See `beam_search`."""
        return beam_search(self, sentences, limits, beam, length_penalty)


def beam_search(
    model: Model, sentences: Sequence[Sequence[int]], limits: Sequence[int], beam: int, length_penalty: float
) -> list[list[Hypothesis]]:
    """Find the likeliest translations of sentences, at most `beam` of each, best first.

    A sentence has the same translations whatever other sentences it is searched with.

    Args:
        sentences: tokens of each, at least one; of any lengths.
        limits: tokens that the translation of each may have, at most.
        length_penalty: hypotheses compete by log-probability over ((5 + tokens) / 6) to this power,
            the end counted.

    Reference:
        Wu et al., Google's Neural Machine Translation System, 2016 (the length penalty).
    """
    found: list[list[Hypothesis]] = [[] for _ in sentences]
    for chosen in _batches([len(sentence) for sentence in sentences], beam):
        search = _Search([sentences[index] for index in chosen], [limits[index] for index in chosen], beam)
        state, source = model.encode([np.array(sentences[index], dtype=np.int32) for index in chosen])
        while len(search.open):
            best = model.step(search.last, search.parents, state, source, beam + 1 + _NEVER)
            state = best.state
            stays = search.extend(best)
            if not stays.all():
                source = {name: values[stays] for name, values in source.items()}
        for index, hypotheses in zip(chosen, search.finished, strict=True):
            found[index] = sorted(hypotheses, key=lambda one: _normalised(one, length_penalty), reverse=True)[:beam]
    return found


class _Search:
    """The hypotheses of a batch of sentences, as numbers by sentence and beam (N, B), the open sentences only.

    Args:
        beam: B; before the first step each sentence has one hypothesis, the empty one.

    Attributes:
        open: which sentences are open (N,).
        last, parents: of each hypothesis the last token and the row of the last step that it follows (N * B,).
        finished: hypotheses of every sentence that have come to their end.
    """

    def __init__(self, sentences: Sequence[Sequence[int]], limits: Sequence[int], beam: int) -> None:
        count = len(sentences)
        self.open: Numbers = np.arange(count)
        self.last: Numbers = np.full(count, START)
        self.parents: Numbers = np.arange(count)
        self.finished: list[list[Hypothesis]] = [[] for _ in sentences]
        self._beam = beam
        self._limits = np.array(limits)
        self._sentences = sentences
        self._repeats: dict[int, bool] = {}
        self._tokens: Numbers = np.empty((count, 1, 0), dtype=np.int64)
        self._totals: Scores = np.zeros((count, 1))

    def extend(self, best: Best) -> npt.NDArray[np.bool_]:
        """Go on with the likeliest continuations; which of the open sentences stay open.

        A hypothesis ends where the end is among the `beam` likeliest continuations of its sentence. A sentence is
        closed when `beam` hypotheses have ended, or at its limit, or when the others go in circles; if none has ended
        by then, its best ends as it is.
        """
        count, width = self._totals.shape
        scores = np.where((best.tokens <= UNKNOWN) & (best.tokens != END), -np.inf, best.scores)
        totals = (self._totals[..., None] + scores.reshape(count, width, -1)).reshape(count, -1)
        tokens = best.tokens.reshape(count, -1)
        order = np.argsort(-totals, axis=1, kind="stable")[:, : 2 * self._beam]
        rows = np.arange(count)[:, np.newaxis]
        tokens, totals = tokens[rows, order], totals[rows, order]
        parents = order // (best.tokens.shape[1])
        ends = tokens == END
        for row, place in np.argwhere(ends[:, : self._beam] & np.isfinite(totals[:, : self._beam])):
            self._finish(row, self._tokens[row, parents[row, place]], totals[row, place])

        going = np.argsort(ends, axis=1, kind="stable")[:, : self._beam]  # those that do not end, the likeliest first
        tokens, totals, parents = tokens[rows, going], totals[rows, going], parents[rows, going]
        self._tokens = np.concatenate([self._tokens[rows, parents], tokens[..., np.newaxis]], axis=2)
        looping = _loops(self._tokens)
        for row in np.flatnonzero(looping.any(axis=1)):
            index = int(self.open[row])
            if self._may_loop(index):
                looping[row] = False
                self._limits[index] = min(self._limits[index], len(self._sentences[index]) + _LONGER)
        self._totals = np.where((tokens == END) | looping, -np.inf, totals)

        stays = np.array([len(self.finished[index]) < self._beam for index in self.open])
        stays &= np.isfinite(self._totals).any(axis=1) & (self._tokens.shape[2] < self._limits[self.open])
        for row in np.flatnonzero(~stays):
            if not self.finished[self.open[row]]:
                self._finish(row, self._tokens[row, 0], totals[row, 0], ended=False)
        self.last, self.parents = tokens[stays].ravel(), (rows * width + parents)[stays].ravel()
        self.open, self._tokens, self._totals = self.open[stays], self._tokens[stays], self._totals[stays]
        return stays

    def _finish(self, row: np.intp, tokens: Numbers, total: float, ended: bool = True) -> None:
        self.finished[self.open[row]].append(Hypothesis(tokens.tolist(), float(total), ended))

    def _may_loop(self, index: int) -> bool:
        """Whether a sentence says the same few tokens several times over itself."""
        if index not in self._repeats:
            tokens = self._sentences[index]
            ends = range(1, len(tokens) + 1)
            self._repeats[index] = any(_loops(np.array([[tokens[:end]]])).any() for end in ends)
        return self._repeats[index]


def _normalised(one: Hypothesis, length_penalty: float) -> float:
    return one.log_probability / float(((6 + len(one.tokens)) / 6) ** length_penalty)


def _loops(tokens: Numbers) -> npt.NDArray[np.bool_]:
    """Which rows (N, B, T) end with the same few tokens several times over."""
    found = np.zeros(tokens.shape[:2], dtype=bool)
    for size in range(1, _LONGEST_LOOP + 1):
        if (1 + _MOST_ROUNDS) * size <= tokens.shape[2]:
            rounds = tokens[:, :, -(1 + _MOST_ROUNDS) * size :].reshape(*tokens.shape[:2], -1, size)
            found |= (rounds == rounds[:, :, :1]).all(axis=(2, 3))
    return found


def _batches(lengths: Sequence[int], beam: int) -> Iterator[list[int]]:
    """Sentences of about the same length together, as many as are run at a time."""
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    start = 0
    while start < len(order):
        most = min(_BATCH_STEPS // max(1, lengths[order[start]]), _BATCH_ROWS // beam)
        chosen = order[start : start + max(1, most)]
        yield chosen
        start += len(chosen)
