"""Texts with their entities, as every file and data set is read, and their split into parts."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from seqserve.tag import words
from seqserve.tag.words import Word


class Entity(NamedTuple):
    """A stretch of a text, in code points, the end exclusive, and what it is."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Document:
    """A text and its entities in reading order, none of which overlap.

    Args:
        group: what is never divided between the parts, such as the messages of one conversation; empty if the text
            stands alone.
    """

    text: str
    entities: tuple[Entity, ...]
    group: str = ""


@dataclass(frozen=True)
class Corpus:
    """Documents, and what was changed as they were read, a line each."""

    documents: list[Document]
    report: list[str] = field(default_factory=list)

    @property
    def labels(self) -> list[str]:
        """The labels of all entities, in alphabetical order."""
        return sorted({entity.label for document in self.documents for entity in document.entities})

    def fingerprint(self) -> str:
        """SHA-256 of the texts and their entities, in order."""
        digest = hashlib.sha256()
        for document in self.documents:
            digest.update(f"{document.text}\0{document.entities}\0{document.group}\0".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


@dataclass(frozen=True)
class Parts:
    """Documents, split before anything is fitted."""

    train: list[Document]
    validation: list[Document]
    test: list[Document]


def split(documents: Sequence[Document], validation: float, test: float, seed: int) -> Parts:
    """Parts of whole groups; texts that are alike but for case and white space are of one group.

    Raises:
        ValueError: there are too few groups for three parts.
    """
    members: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        members[document.group or " ".join(document.text.lower().split())].append(document)
    groups = list(members.values())
    first, second = round(len(groups) * validation), round(len(groups) * test)
    if min(first, second, len(groups) - first - second) < 1:
        raise ValueError(f"{len(groups)} different documents are too few to split; give more")
    order = np.random.default_rng(seed).permutation(len(groups))

    def part(chosen: Iterable[int]) -> list[Document]:
        return [document for group in sorted(chosen) for document in groups[group]]

    return Parts(part(order[first + second :]), part(order[:first]), part(order[first : first + second]))


def tags(document: Document, found: Sequence[Word] | None = None) -> list[str]:
    """The BIO tag of each word of a document.

    Args:
        found: its words, if they are split already.
    """
    answer = []
    entities = iter(document.entities)
    entity = next(entities, None)
    begun = False
    for word in words.split(document.text) if found is None else found:
        while entity is not None and entity.end <= word.start:
            entity, begun = next(entities, None), False
        if entity is None or word.end <= entity.start:
            answer.append("O")
        else:
            answer.append(f"{'I' if begun else 'B'}-{entity.label}")
            begun = True
    return answer
