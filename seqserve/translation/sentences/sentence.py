"""A sentence as the network reads it, and what its translation may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from seqserve.translation import copied_names
from seqserve.translation.beam_search import Hypothesis
from seqserve.translation.markup import html_tags, placeholders
from seqserve.translation.markup.html_tags import Wrapping
from seqserve.translation.markup.nested import Nested
from seqserve.translation.markup.placeholders import Touching
from seqserve.translation.subword_tokenizer import folded


@dataclass(frozen=True)
class Sentence:
    """A sentence as the network reads it.

    Args:
        text: as it was sent.
        marked: with placeholders.
        spans: what the placeholders stand for.
        apart: those that touched words, and no longer do.
        tokens: of `marked`; empty if there is nothing to translate, so that the sentence comes back as it is.
        unknown: how many of the tokens the vocabulary does not have.
        foreign: words among the spans that are there since the vocabulary does not have their letters.
        overflowing: there was more to copy than there are placeholders.
        uppercase: it is all in upper case, and so is its translation.
        exclaimed: it was read with a mark behind it that it does not have.
        behind: what follows its translation: the comma or colon behind a few words.
        plain: its text without the tags around words.
        tags: those tags, outer ones first.
        parts: the words between each pair, which are translated by themselves too; empty if there are too many.
        is_part: it is a part of a longer sentence, or a few words: its translation begins and ends like it.
        is_capital: it begins with a capital that the vocabulary does not have, and is read without.
        readings: other ways to read it, see `short_texts`.
        trail: the ellipsis or the marks at its end, in whose place it is read with one mark.
        items: the like things that it is a list of, which are translated by themselves too.
        listed: it is read so too: with a placeholder for the list in it, which is `inside`.
        known: its translation, if the version knows it by heart.
        inside: parts with a placeholder whose words are translated by themselves.
        is_framed: it is read with marks around it that its translation does not have.
        rendered: words that the network reads in it, and what each may be in its translation.
    """

    text: str
    marked: str
    spans: list[str]
    apart: list[Touching]
    tokens: list[int]
    unknown: int
    foreign: int
    overflowing: bool
    uppercase: bool
    exclaimed: bool
    behind: str
    plain: str
    tags: list[Wrapping]
    parts: list[Sentence]
    is_part: bool = False
    is_capital: bool = False
    readings: list[Sentence] = field(default_factory=list)
    items: Inside | None = None
    is_framed: bool = False
    trail: str = ""
    listed: Sentence | None = None
    known: str | None = None
    inside: list[Inside] = field(default_factory=list)
    rendered: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def unread(self) -> str:
        """What it comes to if the network reads nothing of it: what has a wording of its own has it."""
        if self.known is not None:
            return html_tags.around(f"{self.known}{self.trail}", self.tags)
        if all(span in folded(self.text) for span in self.spans):
            return self.text
        words = f"{placeholders.show(self.marked, self.spans)}{self.behind}"
        return html_tags.around(words, self.tags)

    def missing(self, translation: str) -> list[str]:
        """Its words that a translation has not, in any of their forms."""
        return copied_names.missing(self.rendered, translation)

    @property
    def rows(self) -> list[Sentence]:
        """All that the network reads for it, in the order in which a translator takes it; nothing without tokens."""
        own = [row for row in (self, *self.parts, *self.readings) if row.tokens]
        others = [*self.inside, *([self.items] if self.items else [])]
        rows = [row for inside in others for sentence in inside.sentences for row in sentence.rows]
        return [*own, *rows, *(self.listed.rows if self.listed else [])]


class Inside(NamedTuple):
    """A part of a sentence.

    Args:
        sentences: its words, ready for the network.
        small: words whose translation has a small letter.
    """

    nested: Nested
    sentences: list[Sentence]
    small: frozenset[str]

    def joined(self, translations: Sequence[str]) -> str:
        """The part with translations in place of its words."""
        return self.nested.joined(translations, self.small)


class Candidate(NamedTuple):
    """What a hypothesis comes to.

    Args:
        lost: spans that were set at its end, since the hypothesis did not hold them.
        around: tags around words are set around the whole, since the hypothesis does not have these words.
        made_up: words of it that are none of the language.
    """

    text: str
    hypothesis: Hypothesis
    lost: int
    around: bool = False
    made_up: tuple[str, ...] = ()
