"""The likeliest words as one types: what completes a half-typed word, or the word after a complete one.

A beam search over subwords. A word's probability is that of its subwords and of a subword behind them that does not go
on with it; ways to spell the same word are added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np
import numpy.typing as npt

from seqserve.complete.language_model import log_sum
from seqserve.complete.lockstep import Search, Step, Stepped
from seqserve.complete.subwords import SPACE
from seqserve.complete.vocabulary import Vocabulary

WIDTH = 8
"""Hypotheses that are followed."""
_ROUNDS = 8
"""Subwords of a word, at most."""
_LEAST = 1e-30

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Suggestion:
    """A word that is offered.

    Args:
        text: what to append to the text as it was sent.
        word: that is then there, whole.
        score: its probability, given what is typed.
    """

    text: str
    word: str
    score: float


@dataclass(frozen=True)
class _Hypothesis:
    """The beginning of a word.

    Args:
        score: log-probability.
        left: what is typed and not spelled yet.
        spelled: what it has appended.
    """

    score: float
    left: str
    spelled: str


def suggest(stepped: Stepped, typed: str, vocabulary: Vocabulary, count: int) -> Search[list[Suggestion]]:
    """The likeliest words that begin with what is typed.

    Args:
        stepped: what follows the text before it, of one row.
        typed: see `Prefix`.
    """
    frontier = [_Hypothesis(0.0, typed, "")]
    found: dict[str, float] = {}
    every = 0.0
    for number in range(_ROUNDS):
        scores = stepped.logits - log_sum(stepped.logits)[:, None]
        grown: list[tuple[_Hypothesis, int, int]] = []
        for row, hypothesis in enumerate(frontier):
            if hypothesis.spelled.strip(SPACE):
                ends = hypothesis.score + _log(np.exp(scores[row][vocabulary.ends]).sum())
                found[hypothesis.spelled] = np.logaddexp(found.get(hypothesis.spelled, -np.inf), ends)
            grown += ((longer, row, token) for longer, token in _grown(hypothesis, scores[row], vocabulary))
        if not number:
            every = _mass(frontier[0], scores[0], vocabulary)
        grown = sorted(grown, key=lambda longer: -longer[0].score)[:WIDTH]
        best = sorted(found.values(), reverse=True)[:count]
        if not grown or number == _ROUNDS - 1 or (len(best) == count and best[-1] >= grown[0][0].score):
            break
        frontier = [hypothesis for hypothesis, _, _ in grown]
        stepped = yield Step([token for *_, token in grown], stepped.states[[row for _, row, _ in grown]])
    best_first = sorted(found, key=lambda spelled: -found[spelled])[:count]
    return [
        Suggestion(
            text := spelled.replace(SPACE, " "),
            text[1:] if spelled.startswith(SPACE) else typed.removeprefix(SPACE) + text,
            min(1.0, exp(found[spelled] - every)),
        )
        for spelled in best_first
    ]


def _grown(hypothesis: _Hypothesis, scores: Scores, vocabulary: Vocabulary) -> list[tuple[_Hypothesis, int]]:
    """The likeliest ways to go on with a hypothesis, and the token of each."""
    left, spellings = hypothesis.left, vocabulary.spellings
    if left:
        tokens = vocabulary.spelling_from(left)
        tokens = tokens[vocabulary.letters[tokens]]
        shorter = vocabulary.within(left)
    else:
        # Behind the letters of a word a space begins the next one, but only if nothing is appended yet.
        tokens = vocabulary.goes_on if hypothesis.spelled else vocabulary.begins
        shorter = np.empty(0, dtype=np.int64)
    tokens = np.concatenate([tokens, shorter])
    if len(tokens) > WIDTH:
        tokens = tokens[np.argpartition(-scores[tokens], WIDTH)[:WIDTH]]
    grown = []
    for token in tokens.tolist():
        spelling = spellings[token]
        rest = left[len(spelling) :]
        added = spelling[len(left) :] if left else spelling
        grown.append((_Hypothesis(hypothesis.score + float(scores[token]), rest, hypothesis.spelled + added), token))
    return grown


def _mass(hypothesis: _Hypothesis, scores: Scores, vocabulary: Vocabulary) -> float:
    """The log-probability of what is typed."""
    if not hypothesis.left:
        return 0.0
    tokens = np.concatenate([vocabulary.spelling_from(hypothesis.left), vocabulary.within(hypothesis.left)])
    return _log(np.exp(scores[tokens]).sum())


def _log(probability: float) -> float:
    return log(max(_LEAST, probability))
