"""Other words in the texts of the training part, other ones every epoch: names, entities of other texts, and case.

References:
    Dai and Adel, An Analysis of Simple Data Augmentation for Named Entity Recognition, COLING 2020 (entities swapped).
    Mishra et al., Assessing Demographic Bias in Named Entity Recognition, 2020 (recall by origin of a name).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from seqserve.tag import words
from training.tag.documents import Document, tags
from training.tag.names.lists import Names


class Tagged(NamedTuple):
    """The words of a text and their BIO tags."""

    words: list[str]
    tags: list[str]


def tagged(document: Document) -> Tagged:
    """The words of a document and their tags."""
    found = words.split(document.text)
    return Tagged([word.text for word in found], tags(document, found))


@dataclass(frozen=True)
class Shares:
    """How much is changed.

    Args:
        swapped: of the entities, those that become an entity of their label from another text.
        named: of the entities of `person`, those that become a name drawn by origin.
        lower, upper: of the texts, those that are written without or all in capitals.
    """

    swapped: float = 0.0
    named: float = 0.0
    lower: float = 0.0
    upper: float = 0.0


class Augmentation:
    """Renews texts.

    Args:
        person: the label of persons.
        names: to draw from, every origin as often as any other.
    """

    def __init__(self, texts: Sequence[Tagged], shares: Shares, person: str, names: Sequence[Names], seed: int) -> None:
        self._texts = texts
        self._shares = shares
        self._person = person
        self._names = list(names)
        self._random = np.random.default_rng(seed)
        self._entities: dict[str, list[list[str]]] = defaultdict(list)
        for text in texts:
            for start, end, label in runs(text.tags):
                self._entities[label].append(text.words[start:end])

    def renewed(self) -> list[Tagged]:
        """The texts of an epoch, in their order."""
        return [self._text(text) for text in self._texts]

    def _text(self, text: Tagged) -> Tagged:
        found, found_tags, done = [], [], 0
        for start, end, label in runs(text.tags):
            entity = self._entity(text.words[start:end], label)
            found += [*text.words[done:start], *entity]
            found_tags += [*text.tags[done:start], f"B-{label}", *[f"I-{label}"] * (len(entity) - 1)]
            done = end
        found += text.words[done:]
        found_tags += text.tags[done:]
        chance = self._random.random()
        if chance < self._shares.lower:
            found = [word.lower() for word in found]
        elif chance < self._shares.lower + self._shares.upper:
            found = [word if "@" in word or "://" in word[:8] else word.upper() for word in found]
        return Tagged(found, found_tags)

    def _entity(self, entity: list[str], label: str) -> list[str]:
        chance = self._random.random()
        if label == self._person and self._names and chance < self._shares.named:
            names = self._names[int(self._random.integers(len(self._names)))]
            return _as_written(names.draw(self._random, short=len(entity) == 1), entity)
        if self._random.random() < self._shares.swapped:
            others = self._entities[label]
            return others[int(self._random.integers(len(others)))]
        return entity


def _as_written(name: str, entity: Sequence[str]) -> list[str]:
    """A name with the case of the one that it replaces."""
    joined = "".join(entity)
    if joined.islower():
        name = name.lower()
    elif joined.isupper() and len(joined) > 2:
        name = name.upper()
    return [word.text for word in words.split(name)]


def runs(found: Sequence[str]) -> list[tuple[int, int, str]]:
    """The entities that BIO tags stand for: first word, last exclusive, label."""
    answer: list[tuple[int, int, str]] = []
    for place, tag in enumerate(found):
        if tag.startswith("B-"):
            answer.append((place, place + 1, tag[2:]))
        elif tag.startswith("I-"):
            start, _, label = answer[-1]
            answer[-1] = (start, place + 1, label)
    return answer
