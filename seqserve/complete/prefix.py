"""A text as one types it: what of it is certain, and the word that is half typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from seqserve.complete.subwords import END, SPACE, Subwords, folded

_DROW = re.compile(r"((?:[^\W\d_]|')*[^\W\d_])( ?)")
"""A word at the end and the space before it, backwards: from the front, it takes the square of the text's length."""

_PART = 4_096
"""Characters that are encoded at a time, about."""


@dataclass(frozen=True)
class Prefix:
    """What is read of a text, and what must come next.

    Args:
        tokens: that begin the text, `END` first.
        typed: the spelling that the next tokens begin with, `SPACE` for a space: a half-typed word, or a space.
        dropped: tokens at the beginning of a long text that are not read.
    """

    tokens: list[int]
    typed: str
    dropped: int = 0


def prefix_of(text: str, subwords: Subwords, max_tokens: int) -> Prefix:
    """The prefix of a raw text.

    Of a text of more tokens than `max_tokens` the beginning is dropped, in blocks of half of them, so that a
    keystroke does not move where it begins.
    """
    plain = folded(text)
    found = _DROW.match(plain[::-1])
    begin = len(plain) - found.end() if found else len(plain)
    typed = f"{SPACE if found[2] or begin == 0 else ''}{found[1][::-1]}" if found else ""
    if plain.endswith(" "):
        typed = SPACE
    certain = plain[:begin] if found else plain.rstrip(" ")
    tokens = [token for part in _parts(certain) for token in subwords.encode([part])[0]]
    block = max(1, max_tokens // 2)
    dropped = -(-(len(tokens) - max_tokens) // block) * block if len(tokens) > max_tokens else 0
    return Prefix([END, *tokens[dropped:]], typed, dropped)


def _parts(text: str) -> Iterator[str]:
    """A folded text cut at spaces, which its parts begin with as texts do: encoding takes many times the memory."""
    begin = 0
    while (end := text.find(" ", begin + _PART)) >= 0:
        yield text[begin:end]
        begin = end + 1
    yield text[begin:]
