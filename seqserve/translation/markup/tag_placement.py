"""Puts the tags around words of a sentence around the same words of its translation.

The words between a pair of tags are translated once more by themselves. Where the translation of the sentence has
about that, the tags go there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain
from typing import NamedTuple

from seqserve.translation.markup.html_tags import Span, Wrapping

_ALIKE = 0.7
"""How alike, from 0 to 1, words must be for an inflected form of what is looked for; see difflib."""
_MOST_WORDS = 120
"""Words of a sentence in which other forms are looked for; in a longer one only the very words."""
_TOKEN = re.compile(r"[^\W_]+(?:[-'\u2019][^\W_]+)*")


class Wrapped(NamedTuple):
    """A pair of tags, and what the words between them are by themselves in the other language."""

    wrapping: Wrapping
    translation: str


def placed(text: str, source: str, wrapped: Sequence[Wrapped], copied: Iterable[str] = ()) -> str | None:
    """A translation with the tags of its sentence, or none if the words of any pair are not found in it.

    Args:
        source: the sentence without tags.
        wrapped: outer pairs before those within them.
        copied: what no tag stands within, such as `%s`.
    """
    whole = [Span(*match.span()) for part in set(copied) for match in re.finditer(re.escape(part), text)]
    spans: list[Span] = []
    for number, (wrapping, translation) in enumerate(wrapped):
        about = (wrapping.span.start + wrapping.span.end) / 2 / max(1, len(source)) * len(text)
        others = [(wrapped[other].wrapping.span, spans[other]) for other in range(number)]
        fitting = (
            span
            for span in (
                [Span(0, len(text))]
                if wrapping.words == source
                else chain(  # the words themselves too, as those on keys stay
                    (_around(span, whole) for span in _candidates(text, translation, wrapping.words, about)),
                    (_around(span, whole) for span in _candidates(text, wrapping.words, wrapping.words, about)),
                )
            )
            if all(_related(wrapping.span, other) == _related(span, chosen) for other, chosen in others)
        )
        span = next(fitting, None)
        if span is None:
            return None
        spans.append(span)
    return _with_tags(text, [(span, one.wrapping) for span, one in zip(spans, wrapped, strict=True)])


def _around(span: Span, whole: Sequence[Span]) -> Span:
    """A span with all of each of those that it begins or ends within."""
    for part in whole:
        start = part.start if part.start < span.start < part.end else span.start
        span = Span(start, part.end if part.start < span.end < part.end else span.end)
    return span


def _candidates(text: str, translation: str, words: str, about: float) -> Iterator[Span]:
    """Where a translation may be in a text, the likeliest first: the most alike, then the nearest to a place."""
    wanted = [word[0].lower() for word in _TOKEN.finditer(translation)]
    tokens = list(_TOKEN.finditer(text))
    if not wanted:
        return
    sizes = {len(wanted)} if len(tokens) > _MOST_WORDS else {len(wanted), len(wanted) + 1, max(1, len(wanted) - 1)}
    looked = " ".join(wanted)
    found = []
    for size in sizes:
        for first in range(len(tokens) - size + 1):
            window = tokens[first : first + size]
            here = " ".join(token[0].lower() for token in window)
            alike = 1.0 if here == looked else 0.0 if len(tokens) > _MOST_WORDS else _alike(here, looked)
            if alike >= _ALIKE:
                span = Span(window[0].start(), window[-1].end())
                found.append((-alike, abs((span.start + span.end) / 2 - about), span))
    for _, _, span in sorted(found):
        yield _with_marks(text, span, words)


def _alike(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE else 0.0


def _with_marks(text: str, span: Span, words: str) -> Span:
    """With the mark behind, such as a colon, if the words of the source had theirs between the tags."""
    if not words or words[-1].isalnum():
        return span
    marks = re.compile(rf"\s?{re.escape(words[-1])}").match(text, span.end)
    return Span(span.start, marks.end()) if marks else span


def _related(one: Span, other: Span) -> str:
    """How spans lie to each other: `apart`, `within`, `around`, or `across`, which no tags can."""
    if one.end <= other.start or other.end <= one.start:
        return "apart"
    if other.start <= one.start and one.end <= other.end:
        return "within"
    return "around" if one.start <= other.start and other.end <= one.end else "across"


def _with_tags(text: str, tags: Sequence[tuple[Span, Wrapping]]) -> str:
    events = []
    for order, (span, wrapping) in enumerate(tags):
        events.append((span.start, 1, -span.end, order, wrapping.opening))
        events.append((span.end, 0, -span.start, -order, wrapping.closing))
    found, done = "", 0
    for place, *_, tag in sorted(events):
        found += text[done:place] + tag
        done = place
    return found + text[done:]
