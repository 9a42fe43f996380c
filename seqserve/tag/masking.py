"""A text with entities and numbers replaced by what they are: `Call [person] at [phone]`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from seqserve.tag.regular import KINDS, Match


class Masked(NamedTuple):
    """The text with its replacements.

    Args:
        replaced: stretches of the text as it was, in reading order, none of which overlap.
        merged: how many were found within or across another, and became one with it.
    """

    text: str
    replaced: list[Match]
    merged: int


def mask(text: str, found: Sequence[Match]) -> Masked:
    """Replace what was found. Of what overlaps everything goes, so that nothing stays.

    It is named after what a rule found in it, if one did, otherwise after the longest.
    """
    replaced: list[Match] = []
    first: Match | None = None  # by which the last of them is named
    merged = 0
    for match in sorted(found, key=lambda one: (one.start, -one.end, one.kind)):
        if first is None or match.start >= replaced[-1].end:
            replaced.append(match)
            first = match
            continue
        merged += match != first
        first = max(first, match, key=_weight)
        replaced[-1] = Match(replaced[-1].start, max(replaced[-1].end, match.end), first.kind)
    parts, done = [], 0
    for match in replaced:
        parts += [text[done : match.start], f"[{match.kind}]"]
        done = match.end
    return Masked("".join([*parts, text[done:]]), replaced, merged)


def _weight(match: Match) -> tuple[bool, int]:
    return match.kind in KINDS, match.end - match.start
