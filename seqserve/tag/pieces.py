"""A long text in pieces that the network reads by themselves: bounded in words, cut at the ends of sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from seqserve.tag.words import Word

_ENDS = frozenset(".!?\u2026\u3002\uff01\uff1f\u0964\u061f")
_CLOSING = frozenset("\"')]}\u201d\u2019\u00bb")

_MOST_CLOSING = 8
"""Quotes and brackets behind the end of a sentence."""


class Piece(NamedTuple):
    """Words of a text, the last exclusive."""

    first: int
    last: int


def pieces(text: str, words: Sequence[Word], most: int) -> Iterator[Piece]:
    """The pieces of a text: each as long as can be, up to `most` words.

    A piece ends behind a sentence; without one in its second half, between any two words.
    """
    first = 0
    while len(words) - first > most:
        last = next(
            (place for place in range(first + most, first + most // 2, -1) if _ends(text, words, place)), first + most
        )
        yield Piece(first, last)
        first = last
    if first < len(words):
        yield Piece(first, len(words))


def _ends(text: str, words: Sequence[Word], place: int) -> bool:
    """Whether a sentence or a line ends before a word."""
    gap = text[words[place - 1].end : words[place].start]
    if "\n" in gap:
        return True
    before = place - 1
    while before > max(0, place - _MOST_CLOSING) and words[before].text in _CLOSING:
        before -= 1
    # An initial or an abbreviation of one letter is no end: "J. Smith".
    ends = words[before].text in _ENDS and (words[before].text != "." or len(words[before - 1].text) > 1)
    return ends and bool(gap)
