"""Tags of HTML within a text: which of them belong together, and a sentence without those that lie around its words."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from typing import NamedTuple

_TAG = re.compile(r"<(?P<closing>/?)(?P<name>[A-Za-z][\w:-]{0,30})(?![\w:-])[^<>]{0,500}>")
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_WORD = re.compile(r"[^\W\d_]")


class Span(NamedTuple):
    """Where a tag, or what lies around words, begins and ends."""

    start: int
    end: int


def pairs(text: str) -> list[tuple[Span, Span]]:
    """Opening tags and what closes them, in the order of the closing ones."""
    opened: dict[str, list[Span]] = defaultdict(list)
    found = []
    for tag in _TAG.finditer(text):
        name, span = tag["name"].lower(), Span(*tag.span())
        if not tag["closing"]:
            opened[name].append(span)
        elif opened[name]:
            found.append((opened[name].pop(), span))
    return found


def unwrapped(sentence: str) -> tuple[str, str, str]:
    """A sentence without the pairs of tags that lie around any of its words; those that open, and those that close.

    A network that is shown a tag sets it anywhere, and loses the words that it lay around.
    """
    around = [pair for pair in pairs(sentence) if _WORD.search(_without_tags(sentence[pair[0].end : pair[1].start]))]
    text, done = "", 0
    for start, end in sorted(span for pair in around for span in pair):
        text += sentence[done:start]
        done = end
    before = [sentence[opening.start : opening.end] for opening, _ in sorted(around)]
    behind = [sentence[closing.start : closing.end] for _, closing in sorted(around, reverse=True)]
    return text + sentence[done:], "".join(before), "".join(behind)


def spelled(sentence: str) -> str:
    """A sentence with the letters, quotes, apostrophes and spaces that its entities stand for; other entities stay."""

    def letter(entity: re.Match[str]) -> str:
        found = html.unescape(entity[0])
        if found.isspace():
            return " "
        return found if len(found) == 1 and (found.isalpha() or found in "'\"\u2018\u2019\u201c\u201d") else entity[0]

    return _ENTITY.sub(letter, sentence)


def _without_tags(text: str) -> str:
    return _TAG.sub("", text)
