"""Placeholders for the parts of a sentence that are copied, not translated.

A network cannot translate numbers, addresses, markup and characters that its vocabulary does not have. It reads a
placeholder in place of each, and learns where to put it; the copied parts then come back unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

PLACEHOLDERS = "".join(map(chr, range(0xE000, 0xE008)))
"""Characters of private use that stand for the first, second, ... copied part of a sentence."""
MARK = re.compile(f"[{PLACEHOLDERS}]")
CODE = re.compile(rf"XX([1-{len(PLACEHOLDERS)}])(?!\d)")
"""A placeholder as a network reads and writes it that has learned none: as a code, which it copies like any other."""
_BARE_CODE = re.compile(r"\bXX\b")
_TOLD_APART = 2
"""Copied spans of a sentence that have a placeholder each, as a network reads it."""
UNSEEN = "\u00ad\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Soft hyphens, word joiners, byte order marks and marks of writing direction: they stand within words, unseen."""

_IN_TAGS = re.compile(f"(?={MARK.pattern}{{3}})")
_PAIR = re.compile(r"<([A-Za-z]\w{0,30})\b[^<>]{0,500}>.{1,1000}</\1(?: \d+)?\s?>|\(.{1,1000}\)", re.IGNORECASE)
_LEADING = r"(?<![^\s(\[])[-\u2212+.~]"
_JOINED = re.compile(
    rf"(?<!\w)'{MARK.pattern}'(?!\w)|{MARK.pattern} [-\u2013] {MARK.pattern}(?![{PLACEHOLDERS}])"
    rf"|(?:{_LEADING})?{MARK.pattern}(?:[-\u2013:./'=^~+,@#*_]{{0,2}}{MARK.pattern})+[\"'%]?"
    rf"|{_LEADING}{MARK.pattern}%?|{MARK.pattern}%(?!\w)"
)
_CLOSED = re.compile(r"[A-Za-z]\)")
_OPENING_QUOTE, _CLOSING_QUOTE = re.compile(r'(?<![^\s(\[])"'), re.compile(r'[^\s\d(\[]"')
_NEAR = 300
"""Characters in front of a span in which a bracket or a quote is looked for that it closes."""
_LEAST_SIGNS = 3
"""Spans, at least, that are joined though one of them is a sign."""


class Hidden(NamedTuple):
    """A sentence with placeholders, and what they stand for."""

    text: str
    spans: list[str]


class Touching(NamedTuple):
    """A placeholder as it touched words, and as a network reads it: apart from them."""

    touching: str
    apart: str


def hide(sentence: str, copied: re.Pattern[str], placed: Iterable[str] = ()) -> Hidden:
    """A folded sentence with placeholders for what is copied.

    If there is more to copy than there are placeholders, the later parts stay as they are.

    Args:
        placed: what the placeholders that the sentence has already stand for.
    """
    spans = list(placed)

    def hidden(match: re.Match[str]) -> str:
        found, before = match[0], match.string[max(0, match.start() - _NEAR) : match.start()]
        if _CLOSED.fullmatch(found):  # as in "(plan B)"
            closing = before.count("(") > before.count(")")
        else:  # as in "I am 5"
            inches = len(found) > 1 and found[-1] == '"'
            closing = inches and len(_OPENING_QUOTE.findall(before)) > len(_CLOSING_QUOTE.findall(before))
        if closing:  # its last character belongs to what is opened before
            return place(found[:-1], spans) + copied.sub(hidden, found[-1])
        return place(found, spans)

    if not spans or all(copied.fullmatch(mark) is None for mark in MARK.findall(sentence)):
        return Hidden(copied.sub(hidden, sentence), spans)
    # A vocabulary without placeholders would hide them again.
    parts = re.split(f"({MARK.pattern})", sentence)
    return Hidden("".join(part if MARK.fullmatch(part) else copied.sub(hidden, part) for part in parts), spans)


def place(part: str, spans: list[str]) -> str:
    """The placeholder of a part, which is added to the copied ones; the part itself if no placeholder is left."""
    if part not in spans:
        if len(spans) == len(PLACEHOLDERS):
            return part
        spans.append(part)
    return PLACEHOLDERS[spans.index(part)]


def merged(hidden: Hidden, alone: Container[str] = ()) -> Hidden:
    """A sentence in which spans that touch, or that a sign or two join, are one, as those of `10.0.0.1:8080` are.

    Args:
        alone: spans that are none with others.
    """
    spans = list(hidden.spans)

    def one(match: re.Match[str]) -> str:
        parts = [spans[PLACEHOLDERS.index(mark)] for mark in MARK.findall(match[0])]
        loose = any(part[0] in "<&" or set(part) <= set("()[]{}") or part in alone for part in parts)
        signs = len(parts) < _LEAST_SIGNS and any(len(part) == 1 and not part.isalnum() for part in parts)
        whole = show(match[0], spans)
        full = len(spans) == len(PLACEHOLDERS) and whole not in spans
        return match[0] if loose or signs or full else place(whole, spans)

    return in_order(_JOINED.sub(one, _tagged(hidden.text, spans, alone)), spans)


def _tagged(text: str, spans: list[str], alone: Container[str]) -> str:
    """A sentence in which tags or brackets are one span with the span between them, as in `<b>5</b>` and `(#5)`."""
    for start in reversed([match.start() for match in _IN_TAGS.finditer(text)]):
        whole, inner = (show(text[begin:end], spans) for begin, end in ((start, start + 3), (start + 1, start + 2)))
        if _PAIR.fullmatch(whole) and inner not in alone and (len(spans) < len(PLACEHOLDERS) or whole in spans):
            text = text[:start] + place(whole, spans) + text[start + 3 :]
    return text


def in_order(text: str, spans: Sequence[str]) -> Hidden:
    """A sentence whose placeholders are numbered as they stand, without spans that it does not have.

    Networks have learned them so: of two that stand the other way round, they lose one.
    """
    numbers = numbering(text)
    return Hidden(text.translate(numbers), [spans[PLACEHOLDERS.index(chr(mark))] for mark in numbers])


def numbering(text: str) -> dict[int, str]:
    """The placeholders of a sentence, and the one that each has as they are numbered as they stand."""
    return dict(zip(map(ord, dict.fromkeys(MARK.findall(text))), PLACEHOLDERS, strict=False))


def show(text: str, spans: Iterable[str]) -> str:
    """A sentence with what its placeholders stand for."""
    for mark, span in zip(PLACEHOLDERS, spans, strict=False):
        text = text.replace(mark, span)
    return text


def coded(marked: str) -> str:
    """A sentence with a code for each placeholder; a digit does not touch it."""
    apart = re.sub(rf"(?<=[{PLACEHOLDERS}])(?=\d)", " ", marked)
    return MARK.sub(lambda mark: f"XX{PLACEHOLDERS.index(mark[0]) + 1}", apart)


def decoded(written: str, marked: str) -> str:
    """A translation with placeholders for the codes in it; a code that lost its number goes, if `marked` has none.

    If no code is missing, XX is a century.
    """
    found = CODE.sub(lambda code: PLACEHOLDERS[int(code[1]) - 1], written)
    if set(MARK.findall(found)) >= set(MARK.findall(marked)) or _BARE_CODE.search(marked):
        return found
    return " ".join(_BARE_CODE.sub(" ", found).split())


def alike(marked: str) -> str:
    """A sentence as a network reads it: more spans than it tells apart have one placeholder, and stand in order.

    Few sentences have three: a network hardly sees the third placeholder, and sets it nowhere.
    """
    return MARK.sub(PLACEHOLDERS[0], marked) if len(set(MARK.findall(marked))) > _TOLD_APART else marked


def tell_apart(translations: Sequence[str], marked: str) -> Sequence[str]:
    """Translations of a sentence that was read `alike`, with the placeholders that it had, in order."""
    if alike(marked) == marked:
        return translations
    return [_in_order(translation, MARK.findall(marked)) for translation in translations]


def _in_order(translation: str, marks: Iterable[str]) -> str:
    left = iter(marks)
    return MARK.sub(lambda mark: next(left, mark[0]), translation)


def set_apart(marked: str, spans: Sequence[str]) -> tuple[str, list[Touching]]:
    """A sentence whose brackets, and signs between two words, do not touch these, and those that did.

    A network takes words with a placeholder between them for one, and loses them.
    """
    found = []
    for mark, span in zip(PLACEHOLDERS, spans, strict=False):
        if set(span) <= set("([{"):
            found.append(Touching(mark, f"{mark} "))
        elif set(span) <= set(")]}"):
            found.append(Touching(mark, f" {mark}"))
        elif _is_sign(span) and len(re.findall(rf"(?<=\w){mark}(?=\w)", marked)) == marked.count(mark) > 0:
            found.append(Touching(mark, f" {mark} "))
    for touching, apart in found:
        marked = marked.replace(touching, apart)
    return " ".join(marked.split()), found


def _is_sign(span: str) -> bool:
    return span[0] in "<&" or not any(map(str.isalnum, span))
