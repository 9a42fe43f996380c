"""Pairs joined to longer ones, so that a network that learns from short sentences also reads long ones."""

from __future__ import annotations

import numpy as np

from training.translation.corpus.cleaning import RULES
from training.translation.corpus.pairs import Pairs

_MOST = 4
"""Pairs that are joined, at most."""


def joined(pairs: Pairs, share: float, seed: int) -> Pairs:
    """Pairs, and two to four of them drawn at random and joined by spaces, until a share of them is in one.

    What would be longer than a pair may be is not made.

    Reference:
        Kondo et al., Sentence Concatenation Approach to Data Augmentation for Neural Machine Translation, NAACL 2021.
    """
    random = np.random.default_rng(seed)
    drawn = random.permutation(len(pairs.sources))[: round(share * len(pairs.sources))].tolist()
    sources, targets = list(pairs.sources), list(pairs.targets)
    while len(drawn) > 1:
        size = int(random.integers(2, _MOST + 1))
        chosen, drawn = drawn[:size], drawn[size:]
        source, target = (" ".join(side[number] for number in chosen) for side in (pairs.sources, pairs.targets))
        if max(len(source), len(target)) <= RULES.longest:
            sources.append(source)
            targets.append(target)
    made = len(sources) - len(pairs.sources)
    report = [*pairs.report, f"{made} pairs made of others: two to four of them joined"] if made else pairs.report
    return Pairs(sources, targets, report)
