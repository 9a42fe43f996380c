"""How good translations are: BLEU and chrF as sacreBLEU measures them, and samples to look at.

A source may have several translations. Each source is translated once, so that one with many does not count more than
others. `scores` compares with the first translation of each: that is how test sets with one reference are scored, and
lower than what `scores_of_any` finds, for which every translation of the source is a right one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

import numpy as np
from sacrebleu.metrics.base import Metric
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

References = Mapping[str, Sequence[str]]
"""Each source with its translations, as `Pairs.references` gives them."""


_RESAMPLED = 300


class Sample(NamedTuple):
    """A source, its first reference, and what a translator made of it."""

    source: str
    reference: str
    answer: str


def scores(references: Sequence[str], answers: Sequence[str], lowercase: bool = False) -> dict[str, float]:
    """Corpus BLEU and chrF, from 0 to 100, against one reference each.

    Args:
        lowercase: case does not count, as is usual for Multi30k.

    Raises:
        ValueError: there is nothing to score, or not as many references as answers.

    Reference:
        Papineni et al., BLEU, ACL 2002; Popović, chrF, WMT 2015; Post, A Call for Clarity in Reporting BLEU Scores,
        WMT 2018.
    """
    return scores_of_any([[reference] for reference in references], answers, lowercase)


def scores_of_any(
    references: Sequence[Sequence[str]], answers: Sequence[str], lowercase: bool = False
) -> dict[str, float]:
    """The same against several references each."""
    if not answers or len(references) != len(answers):
        raise ValueError(
            f"{len(answers)} answers to {len(references)} sources; there must be as many, and one at least"
        )
    found = _metrics(references, lowercase).items()
    return {name: min(100.0, metric.corpus_score(answers, None).score) for name, metric in found}


def held_out(references: References, answers: Sequence[str], lowercase: bool = False) -> dict[str, float]:
    """BLEU and chrF of answers to each source, against its first reference and, ending in `_any`, against all."""
    any_of = scores_of_any(list(references.values()), answers, lowercase)
    return scores(first(references), answers, lowercase) | {f"{name}_any": score for name, score in any_of.items()}


def uncertainty(references: References, answers: Sequence[str], lowercase: bool = False) -> float:
    """How far the BLEU against first references may be from that of other sentences of the kind: half a 95% interval.

    Reference:
        Koehn, Statistical Significance Tests for Machine Translation Evaluation, EMNLP 2004 (bootstrap resampling).
    """
    metric = _metrics([[reference] for reference in first(references)], lowercase)["bleu"]
    return float(metric.corpus_score(answers, None, n_bootstrap=_RESAMPLED)._ci)


def signatures(references: References, lowercase: bool = False) -> dict[str, str]:
    """What sacreBLEU says of how each figure of `held_out` is measured, so that others can measure it alike."""
    one = _metrics([[reference] for reference in first(references)], lowercase)
    any_of = _metrics(list(references.values()), lowercase)
    every = one | {f"{name}_any": metric for name, metric in any_of.items()}
    return {name: str(metric.get_signature()) for name, metric in every.items()}


def first(references: References) -> list[str]:
    """The first reference of each source."""
    return [translations[0] for translations in references.values()]


def samples(references: References, answers: Sequence[str], seed: int, count: int = 10) -> list[Sample]:
    """Some of the answers, drawn and not picked, in the order of the sources."""
    every = list(map(Sample, references, first(references), answers))
    drawn = np.random.default_rng(seed).choice(len(every), min(count, len(every)), replace=False)
    return [every[number] for number in sorted(drawn)]


def _metrics(references: Sequence[Sequence[str]], lowercase: bool) -> dict[str, Metric]:
    # sacreBLEU wants the first reference of every source, then the second, where a source may have none.
    streams = list(zip_longest(*references))
    return {
        "bleu": BLEU(lowercase=lowercase, references=streams),
        "chrf": CHRF(lowercase=lowercase, references=streams),
    }
