"""Placeholders for the parts of a sentence that are copied, not translated.

A network cannot translate numbers, addresses, markup and characters that its vocabulary does not have. It reads a
placeholder in place of each, and learns where to put it; the copied parts then come back unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from seqserve.translation import languages

PLACEHOLDERS = "".join(map(chr, range(0xE000, 0xE008)))
"""Characters of private use that stand for the first, second, ... copied part of a sentence."""
UNSEEN = "\u00ad\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Soft hyphens, word joiners, byte order marks and marks of writing direction: they stand within words, unseen."""

# What ends a sentence or closes a bracket is no part of an address before it.
_ADDRESS = r"(?i:https?://|www\.)[^\s<>]*[^\s<>.,;:!?)\]'\"]|[^\s<>@]{1,64}@[^\s<>@]{1,255}\.[^\W\d_]{2,63}"
MARKUP = r"</?[A-Za-z][^<>]{0,500}>|<!--[^<>]{0,500}-->|&(?:[A-Za-z]{2,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});"
EMOTICON = r"(?<!\w)[:;=][-']?[()DPp/|](?!\w)"
_ORDINAL = rf"(?:{languages.alternatives('ordinals')})\b"
_SPACED_UNIT = (
    r"\s(?:[kcm]?m|km/h|mph|[km]?g|lbs?|oz|ft|[mc]?l|[kMGT]B|[kMG]?Hz|[kM]Wh?|[ap]\.m\.|[ap]m|[AP]M)(?![\w'])"
)
# With its sign, and a unit.
_UNIT = rf"(?:{_SPACED_UNIT}|\s?\u00b0[CFK]?(?![^\W\d_])|(?!{_ORDINAL})[^\W\d_]{{1,3}}(?!\w))"
_NUMBER = rf"(?:(?<![^\s(\[])[-+\u2212])?\d+(?:[.,:/-]\d+)*{_UNIT}?"
# A word with a letter and a digit or underscore, such as a flight or a user's name, one with a capital behind a small
# letter, and a trade mark; not 3rd or 1990s, which have a translation.
_IDENTIFIER = (
    rf"(?<!\w)(?!\d+{_ORDINAL})(?=[^\W\d_]*[\d_])(?=[\d_]*[^\W\d_])\w+|(?<!\w)\w+[\u2122\u00ae\u00a9]"
    r"|(?<!\w)[^\W\d_]*[a-z][A-Z]\w*|(?<!\w)O'[A-Z][^\W\d_]+|\b[A-Z][^\W\d_]{0,30}-\d+\b"
    r"|\b[A-Z]{1,4}&[A-Z]{1,4}\b|\b[A-Z](?:\+\+|#)(?!\w)"
)
# Code, references, tags and mentions, paths and telephone numbers.
_VERBATIM = (
    r"`[^`]{1,100}`|\[\d{1,3}\]|(?<![\w@#&])[@#][^\W\d_][\w.-]{0,60}\w|(?<![\w/.:])(?:~|\.{1,2})?(?:/[\w.-]{1,100}){1,20}"
    r"/[\w.-]{0,100}\w|\b[A-Z]:\\[^\s<>\"|]{1,200}|(?<!\w)\+\d{1,3}(?:[ .-]\(?\d{1,4}\)?){2,8}(?!\w)"
)


class Hidden(NamedTuple):
    """A sentence with placeholders, and what they stand for."""

    text: str
    things: list[str]


def copied(alphabet: Iterable[str]) -> re.Pattern[str]:
    """What is copied, given the characters of a vocabulary: also words with other letters, and other signs."""
    known = "".join(map(re.escape, alphabet))
    letters, signs = rf"(?:(?![{known}])[^\W\d_])", rf"(?:(?![{known}])(?:[^\w\s]|_))"
    # Looked for at the begin of a word only, or the time would grow with the square of a word's length.
    word = rf"(?<![^\W\d_])[^\W\d_]*{letters}(?:[^\W_]|{signs})*"
    return re.compile(
        rf"{_ADDRESS}|{MARKUP}|{_VERBATIM}|{_IDENTIFIER}|{_NUMBER}|{EMOTICON}|{word}|(?:(?!{MARKUP}){signs})+"
    )


def hide(sentence: str, copied: re.Pattern[str]) -> Hidden:
    """A folded sentence with placeholders for what is copied.

    If there is more to copy than there are placeholders, the later parts stay as they are.
    """
    things: list[str] = []

    def hidden(match: re.Match[str]) -> str:
        return place(match[0], things)

    return Hidden(copied.sub(hidden, sentence), things)


def place(part: str, things: list[str]) -> str:
    """The placeholder of a part, which is added to the copied ones; the part itself if no placeholder is left."""
    if part not in things:
        if len(things) == len(PLACEHOLDERS):
            return part
        things.append(part)
    return PLACEHOLDERS[things.index(part)]


def show(text: str, things: Iterable[str]) -> str:
    """A sentence with what its placeholders stand for."""
    for mark, thing in zip(PLACEHOLDERS, things, strict=False):
        text = text.replace(mark, thing)
    return text
