"""The words of a raw text: the units that get a tag, with their places in the text.

Words are as fine as can be: a run of letters and digits, or any other single character. So an entity begins and ends
at a word whatever the writing, such as `Obama` in `@POTUS(Obama's)`. Only addresses and @names are kept whole.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from tokenizers import Regex, pre_tokenizers

ADDRESS = r"(?i:https?://|www\.)[^\s<>]+"
MAIL = r"(?<![^\s<>@(\"'])[^\s<>@]{1,64}@[^\s<>@]{1,255}\.\p{L}{2,63}"
HANDLE = r"(?<![\p{L}\p{N}_@.])@[A-Za-z0-9_]{1,30}(?![\p{L}\p{N}@])"
_LETTER = r"[\p{L}\p{M}\p{N}]"
# Joiners and soft hyphens stand inside a word; a zero-width space stands between two.
_JOINER = r"[\p{Cf}&&[^\x{200B}]]{0,4}"
_SPLIT = pre_tokenizers.Split(
    Regex(rf"{ADDRESS}|{MAIL}|{HANDLE}|{_LETTER}+(?:{_JOINER}{_LETTER})*|[^\s]"), "removed", invert=True
)
_PART = 4_096
_BLANK = re.compile(r"\s")

URL_KEY, MAIL_KEY, HANDLE_KEY = "<url>", "<mail>", "<handle>"
_DIGIT = re.compile(r"\d")


class Word(NamedTuple):
    """A word of a text.

    Args:
        text: as it stands there.
        start, end: its code points, the end exclusive.
    """

    text: str
    start: int
    end: int


def split(text: str) -> list[Word]:
    """The words of a text in reading order; what stands between them is white space."""
    words: list[Word] = []
    start = 0
    while start < len(text):
        # In parts, cut at white space, so that the time grows with the text's length and no faster.
        end = min(len(text), start + _PART)
        if end < len(text):
            blank = max((match.end() for match in _BLANK.finditer(text, start, end)), default=end)
            end = blank
        words += [
            Word(piece, start + begin, start + stop)
            for piece, (begin, stop) in _SPLIT.pre_tokenize_str(text[start:end])
        ]
        start = end
    return words


def key(word: str) -> str:
    """What a word is looked up by: lower case, digits alike, addresses and @names one word each."""
    if len(word) > 1:
        if word[0] == "@":
            return HANDLE_KEY
        if "@" in word:
            return MAIL_KEY
        if "://" in word[:8] or word[:4].lower() == "www.":
            return URL_KEY
    folded = unicodedata.normalize("NFKC", word).lower().replace("\u2019", "'")
    return _DIGIT.sub("0", "".join(letter for letter in folded if unicodedata.category(letter) != "Cf") or word)


def unaccented(text: str) -> str:
    """The letters without their marks."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.category(letter).startswith("M")
    )


SHAPES = ("other", "lower", "title", "upper", "mixed", "digits", "letters and digits", "caseless", "letter", "special")


def shape(word: str) -> int:
    """The place of a word's shape in `SHAPES`."""
    if len(word) > 1 and ("@" in word or "://" in word[:8]):
        return SHAPES.index("special")
    if not any(map(str.isalnum, word)):
        return SHAPES.index("other")
    if not any(map(str.isalpha, word)):
        return SHAPES.index("digits")
    if any(map(str.isdigit, word)):
        return SHAPES.index("letters and digits")
    if word.lower() == word.upper():
        return SHAPES.index("caseless")
    if word.islower():
        return SHAPES.index("lower")
    if len(word) == 1:
        return SHAPES.index("letter")
    if word.isupper():
        return SHAPES.index("upper")
    return SHAPES.index("title" if word[1:].islower() else "mixed")


CASES = 3


def case(words: list[str]) -> int:
    """Whether the capitals of a text say something: 0 if it has none, 2 if it has nothing else, 1 if both are there."""
    letters = [letter for word in words if "@" not in word and "://" not in word[:8] for letter in word]
    upper, lower = any(map(str.isupper, letters)), any(map(str.islower, letters))
    return 0 if not upper else 1 if lower else 2
