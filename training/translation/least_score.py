"""The score below which a version warns of a translation, fitted on pairs that it did not learn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sacrebleu.metrics.chrf import CHRF

from seqserve.translation.config import TranslatorConfig
from seqserve.translation.predictor import Translation, TranslationQuery, Translator
from training.translation.metrics import References

BAD, GOOD = 30.0, 50.0
"""chrF, 0 to 100, of a translation that is badly wrong, below, and of a good one, from here on."""
_IN_VAIN = 0.05
"""The share of good translations that may have a warning."""
_LEAST = 50
"""Good translations without which no threshold is fitted."""
_MOST = 1_000
"""Pairs that are translated for it."""


@dataclass(frozen=True)
class Rated:
    """Translations of single sentences.

    Args:
        scores: that the network gives each (N,).
        chrf: of each (N,), 0 to 100.
        doubtful: which are warned of already (N,), as for words that are none.
    """

    scores: npt.NDArray[np.float64]
    chrf: npt.NDArray[np.float64]
    doubtful: npt.NDArray[np.bool_]

    def warned(self, least: float) -> tuple[float, float]:
        """Of the badly wrong ones the share that is warned of, and of the good ones; NaN where there are none."""
        warned = (self.scores < least) | self.doubtful
        bad, good = (float(warned[rows].mean()) if rows.any() else float("nan") for rows in (self.bad, self.good))
        return bad, good

    @property
    def bad(self) -> npt.NDArray[np.bool_]:
        """Which are badly wrong (N,)."""
        return self.chrf < BAD

    @property
    def good(self) -> npt.NDArray[np.bool_]:
        """Which are good (N,)."""
        return self.chrf >= GOOD


def stated(predictor: Translator, references: References, seed: int) -> TranslatorConfig:
    """The configuration of a translator with its threshold; without one if it translates too few pairs well to tell.

    Args:
        references: sources of which at most a thousand, drawn, are translated.
    """
    least = threshold(rated(predictor, references, seed))
    return predictor.config.model_copy(update={"least_score": least})


def rated(predictor: Translator, references: References, seed: int) -> Rated:
    """Translate sources and rate the translations of those that are one sentence, each against its first reference.

    Args:
        references: sources of which at most a thousand, drawn, are translated.
    """
    sources = list(references)
    drawn = np.random.default_rng(seed).permutation(len(sources))[:_MOST]
    asked = [sources[row] for row in drawn]
    measure = CHRF()
    scores, chrf, doubtful = [], [], []
    for source, answer in zip(asked, predictor.predict([TranslationQuery(text) for text in asked]), strict=True):
        if isinstance(answer, Translation) and answer.score < 0:
            scores.append(answer.score)
            chrf.append(measure.sentence_score(answer.text, [references[source][0]]).score)
            doubtful.append(answer.doubtful is not None)
    return Rated(np.array(scores), np.array(chrf), np.array(doubtful, dtype=np.bool_))


def threshold(found: Rated) -> float | None:
    """The highest score below which one in twenty good translations is at most; none if there are too few."""
    good = np.sort(found.scores[found.good])
    if len(good) < _LEAST:
        return None
    return round(float(good[int(_IN_VAIN * len(good))]), 3)
