"""The ellipsis, or the marks, at the end of a sentence: read as one mark, and set again."""

from __future__ import annotations

import re

from seqserve.translation.markup.placeholders import MARK

FEW_WORDS = re.compile(rf"(?P<words>\S{{1,20}}(?: \S{{1,20}}){{0,2}}(?<=[^\W\d_]|{MARK.pattern})) ?(?P<mark>[,:]?)")
"""Words that are exclaimed rather than a sentence: no mark is behind them, or one that leads on."""
_TRAIL = re.compile(r"\s?\.{3,}\Z|[!?]{2,}\Z")


def without_trail(plain: str, text: str) -> tuple[str, str]:
    """A sentence with one mark at its end, or none behind an ellipsis, and what it had there."""
    trail = _TRAIL.search(plain)
    if trail is None or not trail.start():
        return plain, ""
    if trail[0].lstrip().startswith("."):
        few = FEW_WORDS.fullmatch(plain[: trail.start()])
        ellipsis = "\u2026" if text.rstrip().endswith("\u2026") else trail[0]
        return f"{plain[: trail.start()]}{'' if few else '.'}", ellipsis
    return f"{plain[: trail.start()]}{'?' if '?' in trail[0] else '!'}", trail[0]


def with_trail(translation: str, trail: str) -> str:
    if not trail:
        return translation
    space = "" if trail.lstrip().startswith((".", "\u2026")) else r"(?P<space>\s?)"
    end = re.search(rf"{space}[\s.!?\u2026]*\Z", translation)
    assert end
    return f"{translation[: end.start()]}{end['space'] if space else ''}{trail}"
