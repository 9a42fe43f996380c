"""Where the words of a tokenized text stand in the raw text, for those who show them to people.

The tokenizer's own offsets are right for what it left as it was. Of what was replaced they know only the
last character (the `;` of `&amp;`, the last digit of a folded number), and of what was composed the first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from tokenizers import Encoding

_SHAPED = "[\ufe0f\U0001f3fb-\U0001f3ff]"
_ONE = "[\u00a9\u00ae\u203c-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_EMOJI = f"{_ONE}{_SHAPED}*"
# Emoji that are joined to one picture, flags of two letters or of tags, and keys.
_SEQUENCE = re.compile(
    f"{_EMOJI}(?:\u200d{_EMOJI})+|{_ONE}{_SHAPED}+|[\U0001f1e6-\U0001f1ff]{{2}}|\U0001f3f4[\U000e0020-\U000e007f]+|[0-9#*]\ufe0f?\u20e3"
)


@dataclass(frozen=True)
class Word:
    """One or more tokens that stand for one stretch of the raw text.

    Args:
        first, last: its tokens, the last exclusive.
        start, end: its characters in the raw text, the end exclusive.
    """

    first: int
    last: int
    start: int
    end: int


def find(raw: str, encoding: Encoding, markup: re.Pattern[str], breaks: Container[int] = ()) -> list[Word]:
    """The words of a text in reading order; together they hold every token once.

    Args:
        markup: what was taken out of the text, white space and invisible characters aside.
        breaks: tokens that begin a word whatever stands before them.
    """
    sequences = {place: match.start() for match in _SEQUENCE.finditer(raw) for place in range(*match.span())}
    found: list[Word] = []
    number = None
    for token, (word, (start, end)) in enumerate(zip(encoding.word_ids, encoding.offsets, strict=True)):
        # One character, such as a fraction, may have become several words; several emoji may be one picture.
        if (
            found
            and (word == number or start < found[-1].end or sequences.get(start, -1) == sequences.get(found[-1].start))
            and token not in breaks
        ):
            found[-1] = replace(found[-1], last=token + 1, end=max(end, found[-1].end))
        else:
            found.append(Word(token, token + 1, start, end))
        number = word
    return _widened(raw, found, markup)


def _widened(raw: str, words: Sequence[Word], markup: re.Pattern[str]) -> list[Word]:
    """Give what lies between two words, and was not just taken out, to the one it belongs to."""
    starts = [word.start for word in words]
    ends = [word.end for word in words]
    pictures = {match.start(): match.end() for match in _SEQUENCE.finditer(raw)}
    for index, word in enumerate(words):  # a tone of skin or the tags of a flag may have no token
        behind = starts[index + 1] if index + 1 < len(words) else len(raw)
        ends[index] = max(word.end, min(behind, pictures.get(_last_picture(word, pictures), 0)))
    for index in range(len(words) + 1):
        before = ends[index - 1] if index else 0
        gap = raw[before : starts[index] if index < len(words) else len(raw)]
        if gap.strip(" "):
            left, right = _shares(markup.sub(lambda match: " " * len(match[0]), gap))
            if index:
                ends[index - 1] += left
            if index < len(words):
                starts[index] -= right
    return [replace(word, start=start, end=end) for word, start, end in zip(words, starts, ends, strict=True)]


def _last_picture(word: Word, pictures: Container[int]) -> int:
    """Where the last picture within a word begins; -1 if there is none."""
    return next((place for place in range(word.end - 1, word.start - 1, -1) if place in pictures), -1)


def _shares(gap: str) -> tuple[int, int]:
    """How many characters at the begin of a gap belong to the word before it, and at its end to the one behind."""
    blanks = [index for index, character in enumerate(gap) if character.isspace() or not character.isprintable()]
    if blanks:
        return blanks[0], len(gap) - 1 - blanks[-1]
    marks = next((index for index, character in enumerate(gap) if not _composes(character)), len(gap))
    return marks, len(gap) - marks


def _composes(character: str) -> bool:
    """Whether it is part of the letter before it: a mark, or a vowel or final of Korean."""
    return unicodedata.category(character).startswith("M") or "\u1160" <= character <= "\u11ff"
