"""The length up to which a version translates sentences whole, measured on pairs that it did not learn from.

A network that has learned from short sentences drops clauses of long ones, without a trace in their scores. Divided at
a mark or a conjunction, their parts keep what they say.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sacrebleu.metrics.chrf import CHRF

from seqserve.translation.config import TranslatorConfig
from seqserve.translation.predictor import TranslationQuery, Translator
from training.translation.metrics import References

LENGTHS = (16, 24, 32, 48, 64, 96)
"""Tokens of sentences that are still translated whole; beside them, all are."""
_MOST = 200
"""Sentences that are translated at each length."""
_LEAST = 40
"""Long sentences without which short ones are joined to some."""
_JOINED = 4
_WITHIN = 0.2
"""chrF that a greater length may lose against the best one: parts lose the context of the others."""


def stated(predictor: Translator, references: References, seed: int) -> TranslatorConfig:
    """The configuration of a translator with the length; without one if it translates long sentences best whole.

    Args:
        references: sources of which at most two hundred long ones, drawn, are translated.
    """
    return predictor.config.model_copy(update={"whole_tokens": best(chrf(predictor, references, seed))})


def best(scores: dict[int | None, float]) -> int | None:
    """The greatest length that is about as good as the best one; none for no length, or if nothing was measured."""
    good = [length for length, score in scores.items() if score >= max(scores.values()) - _WITHIN]
    return None if None in good or not good else max(length for length in good if length is not None)


def chrf(predictor: Translator, references: References, seed: int) -> dict[int | None, float]:
    """The mean chrF (0 to 100) of long sentences, by the length up to which sentences are translated whole.

    Greedily; empty if there are not enough sentences. The key None stands for no length.
    """
    pairs = [(source, targets[0]) for source, targets in references.items()]
    drawn = np.random.default_rng(seed).permutation(len(pairs))
    shuffled = [pairs[row] for row in drawn]
    whole = _with(predictor, None)
    long = [pair for pair in shuffled if _tokens(whole, pair[0]) > LENGTHS[0]][:_MOST]
    if len(long) < _LEAST:
        long += [pair for pair in _joined(shuffled) if _tokens(whole, pair[0]) > LENGTHS[0]][: _MOST - len(long)]
    if len(long) < _LEAST:
        return {}
    return {length: float(_scores(_with(predictor, length), long).mean()) for length in (*LENGTHS, None)}


def _with(predictor: Translator, length: int | None) -> Translator:
    other = copy.copy(predictor)
    other.config = predictor.config.model_copy(update={"whole_tokens": length})
    return other


def _tokens(predictor: Translator, source: str) -> int:
    """Tokens of a source; 0 if it is not a single sentence, or has too many for one."""
    (*others, sentence) = predictor.prepare(TranslationQuery(source, beam=1)).sentences
    return 0 if others else len(sentence.tokens)


def _scores(predictor: Translator, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float64]:
    measure = CHRF()
    answers = predictor.predict([TranslationQuery(source, beam=1) for source, _ in pairs])
    texts = [getattr(answer, "text", "") for answer in answers]
    return np.array(
        [measure.sentence_score(text, [target]).score for text, (_, target) in zip(texts, pairs, strict=True)]
    )


def _joined(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs of several sentences with semicolons between them."""
    groups = [pairs[start : start + _JOINED] for start in range(0, len(pairs) - _JOINED + 1, _JOINED)]
    return [
        (_listed([source for source, _ in group]), _listed([target for _, target in group]))
        for group in groups
        if all(side.endswith(".") for pair in group for side in pair)
    ]


def _listed(sentences: Sequence[str]) -> str:
    first, *others = (sentence.rstrip(" .") for sentence in sentences)
    return "; ".join([first, *(other[:1].lower() + other[1:] for other in others)]) + "."
