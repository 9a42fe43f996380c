"""How a text goes on: the likeliest subword each time, or one drawn at random."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from seqserve.complete.language_model import log_sum
from seqserve.complete.lockstep import Search, Step, Stepped
from seqserve.complete.subwords import END, SPACE
from seqserve.complete.vocabulary import Vocabulary

Finish = Literal["end", "stop", "length"]

_COLDEST = 1e-6
"""A lower temperature draws the same, and is no number to divide by."""


@dataclass(frozen=True)
class Sampling:
    """How the next subword is chosen, and when it is enough.

    Args:
        most_tokens: subwords.
        temperature: 0 takes the likeliest; 1 draws as the model has it.
        top_p: only the likeliest subwords that together have this probability are drawn from.
        stop: texts before which a continuation ends.
        no_repeat: subwords in a row that may not come twice, the text itself counted; 0: any may.
        frequency_penalty, presence_penalty: taken from the unscaled log-probability of a subword for each time that it
            was chosen, and once if it was.

    Reference:
        Holtzman et al., The Curious Case of Neural Text Degeneration, ICLR 2020 (top-p); Paulus et al., A Deep
        Reinforced Model for Abstractive Summarization, ICLR 2018 (no repeated n-gram).
    """

    most_tokens: int = 24
    temperature: float = 0.0
    top_p: float = 1.0
    stop: tuple[str, ...] = ()
    no_repeat: int = 4
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0


@dataclass(frozen=True)
class Continuation:
    """How a text may go on.

    Args:
        text: what to append to the text as it was sent.
        finish: the model ended the text, a stop text came, or it has as many subwords as were asked for.
        tokens: subwords that were chosen.
        score: mean log-probability of each, as the model has it.
    """

    text: str
    finish: Finish
    tokens: int
    score: float


def go_on(
    stepped: Stepped,
    before: Sequence[int],
    typed: str,
    vocabulary: Vocabulary,
    how: Sampling,
    random: np.random.Generator,
) -> Search[Continuation]:
    """Continue a text.

    The first subword spells what is typed, and is not the end: whoever asks wants more.

    Args:
        stepped: what follows the text before what is typed, of one row.
        before: tokens of that text.
    """
    chosen: list[int] = []
    text, score = "", 0.0
    while True:
        logits = stepped.logits[0].astype(np.float64)
        allowed = _allowed(logits, [*before, *chosen], chosen, typed, vocabulary, how)
        if not np.isfinite(allowed).any():
            return _done(text, "end", chosen, score)
        token = _drawn(allowed, how, random)
        score += float(logits[token] - log_sum(stepped.logits)[0])
        chosen.append(token)
        if token == END:
            return _done(text, "end", chosen, score)
        text = "".join(vocabulary.spellings[token] for token in chosen)[len(typed) :].replace(SPACE, " ")
        places = [place for stop in how.stop if (place := text.find(stop)) >= 0]
        if places:
            return _done(text[: min(places)], "stop", chosen, score)
        if len(chosen) == how.most_tokens:
            return _done(text, "length", chosen, score)
        stepped = yield Step([token], stepped.states)


def _done(text: str, finish: Finish, chosen: Sequence[int], score: float) -> Continuation:
    return Continuation(text, finish, len(chosen), score / max(1, len(chosen)))


def _allowed(
    logits: npt.NDArray[np.float64],
    every: Sequence[int],
    chosen: Sequence[int],
    typed: str,
    vocabulary: Vocabulary,
    how: Sampling,
) -> npt.NDArray[np.float64]:
    """Unscaled log-probabilities with penalties, and without what may not come."""
    found = logits.copy()
    found[vocabulary.bytes] = -np.inf
    if not chosen:
        found[END] = -np.inf
        if typed:
            spells = vocabulary.spelling_from(typed)
            others = np.ones(len(found), dtype=bool)
            others[spells] = False
            found[others] = -np.inf
    for token, count in Counter(chosen).items():
        found[token] -= how.frequency_penalty * count + how.presence_penalty
    if how.no_repeat:
        found[_repeating(every, how.no_repeat)] = -np.inf
    return found


def _repeating(tokens: Sequence[int], size: int) -> list[int]:
    """What would make the last `size` tokens be there twice; the end of a text never does."""
    last = tuple(tokens[len(tokens) - size + 1 :])
    starts = range(len(tokens) - size + 1)
    return [tokens[start + size - 1] for start in starts if tuple(tokens[start : start + size - 1]) == last]


def _drawn(scores: npt.NDArray[np.float64], how: Sampling, random: np.random.Generator) -> int:
    if how.temperature == 0:
        return int(scores.argmax())
    order = np.argsort(-scores, kind="stable")
    probability = np.exp((scores[order] - scores[order[0]]) / max(_COLDEST, how.temperature))
    total = np.cumsum(probability / probability.sum())
    kept = 1 + int(np.searchsorted(total, how.top_p))
    total = total[: max(1, min(kept, len(total)))]
    return int(order[min(len(total) - 1, int(np.searchsorted(total, random.random() * total[-1], side="right")))])
