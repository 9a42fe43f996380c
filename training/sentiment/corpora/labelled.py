"""Labelled texts, as every data set has them."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from seqserve.registry.artifact import Source

POSITIVE, NEUTRAL, NEGATIVE = "positive", "neutral", "negative"
SIGNS = {"+": POSITIVE, "0": NEUTRAL, "-": NEGATIVE}
LEARNED = -1
"""The group of texts that no part but the training part may have."""


@dataclass(frozen=True)
class Labelled:
    """Texts with a label each, and what was corrected in them.

    Args:
        unlabelled: more texts of the kind, if there are any.
        groups: a number for each text, if some are variants of each other: those of a group belong in one part, and
            those of group `LEARNED` in the training part. Empty if each text stands alone.
        origins: the text that each was translated from. Empty if none was.
    """

    texts: list[str]
    labels: list[str]
    report: list[str] = field(default_factory=list)
    unlabelled: list[str] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        assert len(self.texts) == len(self.labels)
        assert len(self.groups) in (0, len(self.texts))
        assert len(self.origins) in (0, len(self.texts))

    def fingerprint(self) -> str:
        """SHA-256 of the texts and their labels, in order, and of those without one."""
        digest = hashlib.sha256()
        for text, label in zip(self.texts, self.labels, strict=True):
            digest.update(f"{label}\0{text}\0".encode("utf-8", "surrogatepass"))
        for text in self.unlabelled:
            digest.update(f"\0{text}\0".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def deduplicated(labelled: Labelled) -> Labelled:
    """Each text once, so that none can be in two parts; texts that have several labels are dropped."""
    kinds: dict[str, set[str]] = {}
    keys = list(map(text_key, labelled.texts))
    for key, label in zip(keys, labelled.labels, strict=True):
        kinds.setdefault(key, set()).add(label)
    seen: set[str] = set()
    kept = []
    for index, key in enumerate(keys):
        if len(kinds[key]) == 1 and key not in seen:
            kept.append(index)
            seen.add(key)
    contradicted = sum(len(kinds[key]) > 1 for key in keys)
    repeated = len(keys) - len(kept) - contradicted
    report = list(labelled.report)
    report += [f"{repeated} repeated texts dropped"] if repeated else []
    report += [f"{contradicted} texts with contradicting labels dropped"] if contradicted else []
    texts, labels = [labelled.texts[index] for index in kept], [labelled.labels[index] for index in kept]
    others = {text_key(text): text for text in labelled.unlabelled}
    unlabelled = [text for key, text in others.items() if key not in kinds]
    groups = [labelled.groups[index] for index in kept if labelled.groups]
    origins = [labelled.origins[index] for index in kept if labelled.origins]
    return Labelled(texts, labels, report, unlabelled, groups, origins)


def text_key(text: str) -> str:
    """What is alike in texts that count as the same."""
    return " ".join(text.split()).casefold()


def source(labelled: Labelled, name: str, url: str | None, licence: str) -> Source:
    """Where labelled texts are from, with how many each label has."""
    counts = ", ".join(f"{label} {count}" for label, count in sorted(Counter(labelled.labels).items()))
    counts = counts or f"{len(labelled.unlabelled)} without a label"
    return Source(name=f"{name} ({counts})", url=url, licence=licence, sha256=labelled.fingerprint())
