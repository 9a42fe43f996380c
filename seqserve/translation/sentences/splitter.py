"""A text as sentences and what stands between them, so that only sentences need to be translated.

Every function here splits a text without loss: joined again, what it returns is what it was given. Time grows
with a text's length and no faster, whatever it holds.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, zip_longest
from typing import NamedTuple

import sentencex  # type: ignore[import-untyped]

from seqserve.translation import languages
from seqserve.translation.markup import html_tags, icu_messages
from seqserve.translation.markup.copied_patterns import EMOTICON, MARKUP, OPAQUE, PATH, TEMPLATE
from seqserve.translation.markup.placeholders import UNSEEN

_WINDOW = 4_096
"""Characters in which sentences are looked for at a time; without a space a sentence is cut there."""

_BLOCKS = (
    "address|article|aside|blockquote|br|caption|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]|header|hr|li|main|"
    "nav|ol|option|p|pre|section|table|tbody|td|tfoot|th|thead|title|tr|ul"
)
# What a template does with the text between, as {{#if name}} and {% endif %}; and bars between the cells of a table.
_TEMPLATE_BLOCK = r"\{\{[#/^!][^{}]{0,100}\}\}|\{\{\s?else\s?\}\}|\{%[^{}%]{0,100}%\}"
_BAR = r"(?<![:;=-])\|(?=\s|\Z)|(?<![^\s])\|"
# No sentence goes on behind a line break, a tab, a comment, a block of code or the tag of a paragraph, a cell or so.
_FENCED = r"(?<![^\n])```(?s:.){0,20000}?\n```(?![^\n])"
_BREAK = re.compile(
    rf"((?:{_FENCED}|[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]|(?i:</?(?:{_BLOCKS})\b[^<>]{{0,500}}>)|<!--[^<>]{{0,500}}-->"
    rf"|(?:\\[nrt])+(?=[A-Z\s%{{]|\Z)|{_TEMPLATE_BLOCK}|{_BAR})+)"
)
_BLANK = rf"[\s\x00-\x1f\x7f-\x9f\u200b{UNSEEN}]"
_EMOJI = r"[\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff][\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff]*"
# Entities that are written for letters and quotes, as of a sentence.
_SPELLED = (
    r"&(?:[A-Za-z](?:acute|grave|circ|uml|tilde|cedil|ring|slash|caron)|[A-Za-z]{2}lig|quot|apos|[lr][ds]quo"
    r"|#0{0,4}(?:34|39)|#[xX]0{0,4}2[27]);"
)
_OUTER = re.compile(rf"(?:{_FENCED}|{_BLANK}|(?!{_SPELLED})(?:{MARKUP})|\{{\\[^{{}}]{{1,100}}\}}|{EMOTICON}|{_EMOJI})+")
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_BULLETS = re.compile(
    r"(?:(?:[-\u2013\u2014*\u2022\u00b7>#]+|[QA]:|\(?(?:\d{1,3}|[A-Za-z])\)|\[[ xX\u2713]?\]|(?:\d{1,3}\.){2,5})\s+)*"
    r"(?:[-\u2013\u2014](?=[^\W\d_a-z][^\W\d_A-Z]|[^\W\d_a-z]'|[IA] [a-z]))?"
)
# Abbreviations behind which the sentence goes on, and which sentencex takes for its end.
_TITLE = re.compile(rf"(?<!\w)(?:{languages.alternatives('unended')})\.\s{{0,4}}\Z")
# And those behind which it goes on with a small letter or a digit.
_UNENDED = re.compile(
    rf"{_TITLE.pattern}|(?<!\w)(?:Inc|Ltd|Corp|Co|Jr|Sr|Bros|[Dd]ept|[Ee]st|[Ee]xt|max|min|[ap]\.m|[Tt]el|ca?|al)\.\s{{0,4}}\Z"
)
_CLOSING = re.compile(
    r"(?:[)\]}*_~\u00bb\u201d\u2019\"']|</[A-Za-z][^<>]{0,500}>|&(?:quot|apos|r[ds]quo|#0{0,4}(?:34|39)|#[xX]0{0,4}2[27]);)+\s*"
)
_FILLED_IN = re.compile(TEMPLATE)
_UNDIVIDED = re.compile(rf"{OPAQUE.pattern}|{PATH}")
_JOINED = rf"(?<!\s)\s++(?=(?:{languages.alternatives('conjunctions')})\s)"
# Where a sentence is divided, from the best place to the worst; never within a tag.
_PLACES = [
    re.compile(rf"{OPAQUE.pattern}|{MARKUP}|(?P<place>{place})")
    for place in (r"[;:]\s+", r",\s+", _JOINED, r"\s[-\u2013\u2014]+\s+|\u2014", r"\s+")
]

_LABEL = re.compile(
    rf"(?P<before>(?:{MARKUP}|[*_])*+)(?P<label>[^\W\d_][^\n:<>*_]{{0,60}}?)(?P<behind>(?:{MARKUP}|[*_:]|\s(?=:))++)\s+(?=\S)"
)
_FACE = r"[\U0001f600-\U0001f64f\U0001f910-\U0001f92f\U0001f970-\U0001f97a][\ufe0f\u200d\U0001f3fb-\U0001f3ff]*"
_SMILE = rf"(?<=[\w!?.,;] )(?:{EMOTICON}|{_FACE})\s+(?=[A-Z][\w'])"
_PAUSE = re.compile(rf"(?<=[^\W\d_])(?P<ellipsis>\.{{3,}}|\u2026)\s+(?=[^\W_])|{_SMILE}")


class Kept(str):
    """A piece that stands between sentences whatever it holds: what is written around the branches of a message."""


class Split(NamedTuple):
    """Sentences, and what stands before, between and behind them: one string more."""

    sentences: list[str]
    between: list[str]

    def joined(self, answers: Sequence[str]) -> str:
        """The text with answers in place of its sentences."""
        return "".join(chain.from_iterable(zip_longest(self.between, answers, fillvalue="")))


def split(pieces: Iterable[str]) -> Split:
    """Take white space, tags, bullets and brackets at the ends of pieces for what stands between sentences."""
    sentences: list[str] = []
    between = [""]
    for piece in pieces:
        if isinstance(piece, Kept):
            between[-1] += piece
            continue
        start, end = _inner(piece)
        between[-1] += piece[:start]
        if start < end:
            sentences.append(piece[start:end])
            between.append("")
        between[-1] += piece[max(start, end) :]
    return Split(sentences, between)


def segment(text: str, language: str) -> list[str]:
    """A text as pieces of a sentence each at most, with the white space and the tags around it.

    A message of ICU that is no part of a sentence comes as its branches, and what is kept around them.

    Reference:
        https://github.com/wikimedia/sentencex
    """
    pieces: list[str] = []
    at = 0
    for start, end, branches in icu_messages.messages(text):
        if branches and _stands_alone(text, start, end):
            pieces += _segmented(text[at:start], language)
            at = start
            for begin, behind in branches:
                pieces += [Kept(text[at:begin]), *segment(text[begin:behind], language)]
                at = behind
            pieces.append(Kept(text[at:end]))
            at = end
    return [*pieces, *_segmented(text[at:], language)]


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a part of a text is a line of its own, or several lines."""
    before, behind = text[:start].rpartition("\n")[2], text[end:].partition("\n")[0]
    return "\n" in text[start:end] or not (before.strip() or behind.strip(" .!?"))


def _segmented(text: str, language: str) -> list[str]:
    pieces: list[str] = []
    at = 0
    code = _code(text)
    for found in _BREAK.finditer(text):
        if not _is_within(found.start(), code):
            pieces += [*_rejoined(_sentences(text[at : found.start()], language)), found[0]]
            at = found.end()
    return [piece for piece in [*pieces, *_rejoined(_sentences(text[at:], language))] if piece]


def _code(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _UNDIVIDED.finditer(text)]


def _is_within(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a place is within one of spans that follow each other."""
    last = bisect_left(spans, (place,)) - 1
    return last >= 0 and spans[last][0] < place < spans[last][1]


def hesitations(piece: str) -> list[str]:
    """A piece divided behind a smile, and behind an ellipsis that a single word stands beside.

    Networks lose words of "Wait... what?" and of "I'm late :-) Sorry!".
    """
    code, parts, done = _code(piece), list[str](), 0
    for match in [] if isinstance(piece, Kept) else _PAUSE.finditer(piece):
        beside = (piece[done : match.start()].split(None, 1), piece[match.end() :].split(None, 1))
        is_alone = any(len(words) == 1 for words in beside)
        if (is_alone or not match["ellipsis"]) and not _is_within(match.start(), code):
            parts.append(piece[done : match.end()])
            done = match.end()
    return [*parts, piece[done:]] if parts else [piece]


def labelled(piece: str, is_label: Callable[[str], bool]) -> list[str]:
    """A piece divided behind the label that it begins with, if it does: "Warning: " and "the disk is full"."""
    start, end = (0, 0) if isinstance(piece, Kept) else _inner(piece)
    found = _LABEL.match(piece, start, end)
    if found is None or ":" not in found["behind"] or not is_label(found["label"]):
        return [piece]
    if found["before"] and not found["behind"].strip(" :"):  # what is opened before the label goes on behind it
        return [piece]
    return [piece[: found.end()], piece[found.end() :]]


def divide(piece: str, fits: Callable[[str], bool], stays: Callable[[str], bool] = lambda piece: False) -> list[str]:
    """Divide a piece into parts that fit.

    It is divided near the middle: at a semicolon or colon, a comma, a conjunction, a dash, a space, or anywhere. A
    single character is never divided. `fits` is called once with every part that is returned.

    Args:
        stays: whether a piece that does not fit may stay whole, for want of a mark or a conjunction to divide it at.
    """
    if isinstance(piece, Kept) or fits(piece) or len(piece) < 2:
        return [piece]
    place = _middle(piece, _PLACES[:-1] if stays(piece) else _PLACES)
    if place is None:
        return [piece]
    return divide(piece[:place], fits, stays) + divide(piece[place:], fits, stays)


def _sentences(line: str, language: str) -> Iterator[str]:
    """The sentences of a line, found in one window of it after the other; sentencex alone takes time squared."""
    start = 0
    while start < len(line):
        window = line[start : start + _WINDOW]
        found = list(sentencex.segment(language, window))
        if start + _WINDOW < len(line):
            # The last one may go on behind the window.
            found = found[:-1] or [window[: window.rfind(" ") + 1] or window]
        yield from found
        start += sum(map(len, found))


def _rejoined(sentences: Iterable[str]) -> list[str]:
    """Sentences that do not begin in code, or with what closes the one before, nor end with a title's abbreviation."""
    sentences = list(sentences)
    code, begin = _code("".join(sentences)), 0
    found: list[str] = []
    for sentence in sentences:
        within = _is_within(begin, code)
        begin += len(sentence)
        if not found or len(found[-1]) > _WINDOW:
            found.append(sentence)
            continue
        if within:
            found[-1] += sentence
            continue
        closing = None if found[-1][-1].isspace() else _CLOSING.match(sentence)
        place = closing.end() if closing else 0
        found[-1] += sentence[:place]
        goes_on = place and not sentence[place - 1].isspace()
        going_on = sentence[place : place + 1]
        abbreviated = _UNENDED if going_on.islower() or going_on.isdigit() else _TITLE
        if goes_on or abbreviated.search(found[-1][-12:]):
            found[-1] += sentence[place:]
        elif sentence[place:]:
            found.append(sentence[place:])
    return found


def _inner(piece: str) -> tuple[int, int]:
    """Where the sentence in a piece begins and ends."""
    outer = list(_OUTER.finditer(piece))
    start = outer[0].end() if outer and outer[0].start() == 0 else 0
    end = outer[-1].start() if outer and outer[-1].end() == len(piece) else len(piece)
    start, end = _with_partners(piece, start, end)
    bullets = _BULLETS.match(piece, start)
    return _bracketed(piece, min(bullets.end(), end) if bullets else start, end)


def _with_partners(piece: str, start: int, end: int) -> tuple[int, int]:
    """The same with the tags before and behind it that belong to one within it, and with the whole of code."""
    for begin, behind in _code(piece):
        start = begin if begin < start < behind else start
        end = behind if begin < end < behind else end
    for opening, closing in html_tags.pairs(piece):  # inner pairs come first
        if opening.start < start < closing.end <= end and start < closing.start:
            start = opening.start
        elif start <= opening.start < end < closing.end and opening.end < end:
            end = closing.end
    return start, end


def _bracketed(piece: str, start: int, end: int) -> tuple[int, int]:
    """The same without brackets around it, and without one at an end whose partner is not there."""
    partners: dict[int, int] = {}
    opened: list[int] = []
    for place in range(start, end):
        if piece[place] in _BRACKETS:
            opened.append(place)
        elif opened and piece[place] == _BRACKETS[piece[opened[-1]]]:
            partners[place] = opened.pop()
            partners[partners[place]] = place
    while start < end and not _FILLED_IN.fullmatch(piece, start, end):
        if piece[start].isspace() or (piece[start] in _BRACKETS and partners.get(start, end) >= end - 1):
            start += 1
        elif piece[end - 1].isspace() or (piece[end - 1] in _BRACKETS.values() and partners.get(end - 1, -1) < start):
            end -= 1
        else:
            break
    return start, end


def _middle(sentence: str, kinds: Sequence[re.Pattern[str]]) -> int | None:
    """The best place to divide a sentence at: in the middle half of it, or else at a space, or else anywhere.

    Args:
        kinds: of places; without spaces among them there may be none.
    """
    middle = len(sentence) // 2
    spaced = kinds[-1] is _PLACES[-1]
    for places, reach in [
        *((places, middle // 2) for places in kinds),
        *([(_PLACES[-1], middle - 1)] if spaced else []),
    ]:
        ends = (match.end() for match in places.finditer(sentence) if match["place"])
        if near := [end for end in ends if abs(end - middle) <= reach]:
            return min(near, key=lambda end: abs(end - middle))
    return middle if spaced else None
