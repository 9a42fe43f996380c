"""Sentence pairs, and their split into parts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from training.core.download import DataError
from training.translation.corpus import group_split
from training.translation.corpus.cleaning import Rows, key


@dataclass(frozen=True)
class Pairs:
    """Sentences and a translation of each, and what was corrected and dropped."""

    sources: list[str]
    targets: list[str]
    report: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        assert len(self.sources) == len(self.targets)

    def fingerprint(self) -> str:
        """SHA-256 of the sentences and their translations, in order."""
        digest = hashlib.sha256()
        for source, target in zip(self.sources, self.targets, strict=True):
            digest.update(f"{source}\0{target}\0".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def sides(self) -> tuple[list[str], list[str]]:
        """The sentences, and their translations."""
        return self.sources, self.targets

    def references(self) -> dict[str, list[str]]:
        """Each source once, with all its translations, in order."""
        references: dict[str, list[str]] = {}
        for source, target in zip(self.sources, self.targets, strict=True):
            references.setdefault(source, []).append(target)
        return references


class Parts(NamedTuple):
    """Pairs to learn from, to choose by and to be scored on."""

    train: Pairs
    validation: Pairs
    test: Pairs


def split(pairs: Pairs, validation: float, test: float, seed: int) -> Parts:
    """Split at random, so that no sentence of a part, source or target, is in another one.

    Sentences count as the same by `cleaning.key`; all translations of a source stay together, see
    `group_split.parts`.

    Args:
        validation, test: shares of the distinct sources.

    Raises:
        DataError: the shares or the pairs leave a part empty.
    """
    keys = list(map(key, pairs.sources))
    part_of = group_split.parts(keys, map(key, pairs.targets), (validation, test), seed)
    rows: list[Rows] = [[], [], []]
    for part, source, target in zip(part_of, pairs.sources, pairs.targets, strict=True):
        rows[part].append((source, target))
    if not all(rows):
        raise DataError(
            f"{len(set(keys))} distinct sources cannot be split into a share of {validation:g} to validate on, one of "
            f"{test:g} to test on, and others to learn from that share no sentence; give more pairs or other shares"
        )
    return Parts(pairs_of(rows[0], pairs.report), pairs_of(rows[1]), pairs_of(rows[2]))


def pairs_of(rows: Rows, report: Iterable[str] = ()) -> Pairs:
    """Pairs from rows of a source and a target."""
    return Pairs([source for source, _ in rows], [target for _, target in rows], list(report))


def joined_up(parts: Iterable[Pairs]) -> Pairs:
    """The pairs of several parts one after the other."""
    several = list(parts)
    return Pairs(
        *(
            list(chain.from_iterable(getattr(part, name) for part in several))
            for name in ("sources", "targets", "report")
        )
    )
