"""Spans as a person marked them, made sure of: in the text, at its words, and none within another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from seqserve.core.messages import counted
from seqserve.tag import words
from training.core.download import DataError
from training.tag.documents import Document, Entity

Overlaps = Literal["refuse", "longest"]
Misaligned = Literal["refuse", "widen", "drop"]


@dataclass
class Checker:
    """Makes documents of texts and spans, and counts what it changed.

    Args:
        name: of the file, for messages.
        overlaps: what is done with spans that overlap: an error, or the longest of them stays.
        misaligned: what is done with spans that cut a word: an error, or they get the whole word, or go.
    """

    name: str
    overlaps: Overlaps = "refuse"
    misaligned: Misaligned = "refuse"
    counts: Counter[str] = field(default_factory=Counter)

    def document(self, text: str, entities: Sequence[Entity], where: str, group: str = "") -> Document:
        """One document.

        Raises:
            DataError: a span is outside of the text or blank; or overlaps or is misaligned, where that is refused.
        """
        found = words.split(text)
        starts, ends = {word.start for word in found}, {word.end for word in found}
        kept = []
        for entity in (self._trimmed(text, one, where) for one in entities):
            if entity.start in starts and entity.end in ends:
                kept.append(entity)
                continue
            shown = text[entity.start : entity.end]
            if self.misaligned == "refuse":
                raise DataError(
                    f"{self.name}, {where}: {shown!r} ({entity.label}) begins or ends within a word; mend it, or say "
                    "--misaligned widen (it gets the whole word) or drop (it goes)"
                )
            self.counts[self.misaligned] += 1
            if self.misaligned == "widen":
                start = max(start for start in starts if start <= entity.start)
                kept.append(Entity(start, min(end for end in ends if end >= entity.end), entity.label))
        return Document(text, tuple(self._apart(text, kept, where)), group)

    def report(self) -> list[str]:
        """What was changed, a line each."""
        told = {
            "trimmed": "without the white space at its ends",
            "widen": "widened to whole words",
            "drop": "left out, as it began or ended within a word",
            "overlap": "left out, as it overlapped a longer one",
            "repeated": "given twice",
        }
        return [
            f"{self.name}: {counted(self.counts[kind], 'span')} {what}"
            for kind, what in told.items()
            if self.counts[kind]
        ]

    def _trimmed(self, text: str, entity: Entity, where: str) -> Entity:
        start, end, label = entity
        if not 0 <= start < end <= len(text):
            raise DataError(
                f"{self.name}, {where}: a span from {start} to {end} in a text of {len(text)} characters; offsets "
                "count code points from 0, the end exclusive"
            )
        inner = text[start:end]
        if not inner.strip():
            raise DataError(f"{self.name}, {where}: the span from {start} to {end} is blank; mend it")
        start += len(inner) - len(inner.lstrip())
        end -= len(inner) - len(inner.rstrip())
        self.counts["trimmed"] += (start, end) != entity[:2]
        return Entity(start, end, label)

    def _apart(self, text: str, entities: list[Entity], where: str) -> list[Entity]:
        """The entities in reading order, without those that overlap a longer one."""
        kept: list[Entity] = []
        for entity in sorted(entities, key=lambda one: (one.start - one.end, one.start)):
            other = next((one for one in kept if one.start < entity.end and entity.start < one.end), None)
            if other is None:
                kept.append(entity)
            elif other == entity:
                self.counts["repeated"] += 1
            elif self.overlaps == "refuse":
                pair = " and ".join(f"{text[one.start : one.end]!r} ({one.label})" for one in (other, entity))
                raise DataError(
                    f"{self.name}, {where}: {pair} overlap, but a word has one tag; mend it, or say --overlaps longest"
                )
            else:
                self.counts["overlap"] += 1
        return sorted(kept)
