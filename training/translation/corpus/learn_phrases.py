"""Labels and other short texts of the training part whose translation is always about the same."""

from __future__ import annotations

from collections import Counter, defaultdict

from seqserve.translation.wordings.phrases import MOST_WORDS, Phrases, key
from training.translation.corpus.pairs import Pairs

_SHARE = 0.5
"""Of the translations of a text, how many must be the same."""
_LONGER = 3
"""Words that a translation may have more than its text."""


def learned(train: Pairs) -> Phrases:
    """Texts of a few words without a mark behind them, with the translation that most of their pairs have."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    spelled: dict[str, str] = {}
    for source, target in zip(train.sources, train.targets, strict=True):
        found, other = key(source), key(target)
        # In capitals are functions of spreadsheets, and keys.
        if source.isupper() or target.isupper():
            continue
        if found and other and len(other.split()) <= len(found.split()) + _LONGER:
            counts[found][other] += 1
            spelled.setdefault(other, target.rstrip(" :\u00a0\u202f"))
    known = {}
    for found, targets in counts.items():
        target, count = max(targets.items(), key=lambda one: (one[1], -len(one[0])))
        if count >= _SHARE * targets.total() and len(found.split()) <= MOST_WORDS:
            known[found] = spelled[target]
    return Phrases(known)
