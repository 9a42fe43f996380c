"""Tags of HTML and marks of Markdown in a text: which belong together, and a sentence without those around words."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from seqserve.translation.markup.copied_patterns import OPAQUE

# Of templates too, whose names are numbers: <0>.
_TAG = re.compile(r"<(?P<closing>/?)(?P<name>[A-Za-z][\w:-]{0,30}|\d{1,3}(?=>))(?![\w:-])[^<>]{0,500}>")
# Links, pictures and emphasis of Markdown; a star between numbers or a name_with_bars is none.
_MARKDOWN = re.compile(
    r"(?P<link>!?\[)[^\[\]\n]{1,200}"
    r"(?P<target>\]\((?:[^()\s]|\([^()\s]{0,100}\)){1,300}(?: \"[^\"\n]{0,200}\")?\))"
    r"|(?<![\w*])(?P<stars>\*{1,3}|~~)(?=[^\s*~])[^*~\n]{0,200}?[^\s*~](?P<closed>(?P=stars))(?![\w*~])"
    r"|(?<![\w_])(?P<bars>_{1,3})(?=[^\s_])[^_\n]{0,200}?[^\s_](?P<shut>(?P=bars))(?![\w_])"
)
_ENDS = (("link", "target"), ("stars", "closed"), ("bars", "shut"))
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_WORD = re.compile(r"[^\W\d_]")


class Span(NamedTuple):
    """Where a tag, or what lies around words, begins and ends."""

    start: int
    end: int


class Wrapping(NamedTuple):
    """A pair of tags around words.

    Args:
        words: what lies between them, without such tags.
        span: where the words are in the sentence without such tags.
    """

    opening: str
    closing: str
    words: str
    span: Span


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


def marks(text: str) -> list[tuple[Span, Span]]:
    """Marks of Markdown around words: where each opens, and where it closes."""
    found: list[tuple[Span, Span]] = []
    closed: set[int] = set()
    place = 0
    while match := _MARKDOWN.search(text, place):
        opening, closing = next((one, other) for one, other in _ENDS if match[one])
        if match.start() not in closed:
            found.append((Span(*match.span(opening)), Span(*match.span(closing))))
            closed.add(match.start(closing))
        place = match.end(opening)  # others may be within it
    return found


def unwrapped(sentence: str) -> tuple[str, list[Wrapping]]:
    """A sentence without the pairs of tags and marks that lie around any of its words; those pairs, outer ones first.

    A network that is shown a tag sets it anywhere, and loses the words that it lay around.
    """
    code = [match.span() for match in OPAQUE.finditer(sentence)]
    every = [
        (opening, closing)
        for opening, closing in (*pairs(sentence), *marks(sentence))
        if not any(start <= opening.start < end for start, end in code)
    ]
    around = [pair for pair in every if _WORD.search(_without_tags(sentence[pair[0].end : pair[1].start]))]
    taken = sorted(span for pair in around for span in pair)
    kept = [sentence[one.end : other.start] for one, other in pairwise([Span(0, 0), *taken, Span(len(sentence), 0)])]
    plain, ends = "".join(kept), list(accumulate(map(len, kept)))
    # A tag stands behind all that is kept before it.
    places = {span: ends[number] for number, span in enumerate(taken)}
    found = []
    for opening, closing in sorted(around):
        span = Span(places[opening], places[closing])
        words = plain[span.start : span.end]
        found.append(
            Wrapping(sentence[opening.start : opening.end], sentence[closing.start : closing.end], words, span)
        )
    return plain, found


def around(text: str, tags: Sequence[Wrapping]) -> str:
    """A text with pairs of tags around it, outer ones first."""
    opening = "".join(wrapping.opening for wrapping in tags)
    return f"{opening}{text}{''.join(wrapping.closing for wrapping in reversed(tags))}"


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
