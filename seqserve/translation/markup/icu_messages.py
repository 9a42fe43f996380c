"""ICU messages: `{count, plural, one {# file} other {# files}}`, whose branches hold words to translate.

Reference:
    https://unicode-org.github.io/icu/userguide/format_parse/messages/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from seqserve.translation.markup.nested import Nested

_BEGIN = re.compile(r"\{\s*\w{1,60}\s*,\s*(?:plural|select)\s*,(?:\s*offset:\d+)?")
_SELECTOR = re.compile(r"\s*(?:=\d{1,9}|\w{1,60})\s*\{")
_END = re.compile(r"\s*\}")
_DEEPEST = 20


def messages(text: str) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Where messages begin and end, outer ones only, and the branches of each, without the blanks around their words.

    A branch that is a message itself counts as its branches. Ordinals have no words of their own, and are no messages
    here; nor is what has no branch `other` or no closing brace.
    """
    at = 0
    partners = _partners(text) if _BEGIN.search(text) else {}
    while match := _BEGIN.search(text, at):
        found = _message(text, match.start(), partners)
        if found is None:
            at = match.end()
            continue
        end, branches = found
        yield match.start(), end, branches
        at = end


def nested(plain: str) -> list[Nested]:
    """The messages in a sentence, whose branches are translated by themselves."""
    return [_nested(plain, start, end, branches) for start, end, branches in messages(plain) if branches]


def _nested(plain: str, start: int, end: int, branches: list[tuple[int, int]]) -> Nested:
    edges = [start, *(edge for branch in branches for edge in branch), end]
    between = [plain[begin:behind] for begin, behind in zip(edges[::2], edges[1::2], strict=True)]
    return Nested(plain[start:end], [plain[begin:behind] for begin, behind in branches], between)


def _message(
    text: str, start: int, partners: Mapping[int, int], depth: int = 0
) -> tuple[int, list[tuple[int, int]]] | None:
    """The end of the message that begins at a place, and its branches; none if it is no message."""
    begin = _BEGIN.match(text, start)
    if begin is None or depth > _DEEPEST:
        return None
    at, branches, has_other = begin.end(), [], False
    while selector := _SELECTOR.match(text, at):
        closing = partners.get(selector.end() - 1)
        if closing is None:
            return None
        has_other |= selector[0].split("{")[0].strip() == "other"
        branches += _branch(text, selector.end(), closing, partners, depth)
        at = closing + 1
    end = _END.match(text, at)
    return (end.end(), branches) if end and has_other else None


def _branch(text: str, begin: int, end: int, partners: Mapping[int, int], depth: int) -> list[tuple[int, int]]:
    """Where the words of a branch stand; nowhere if it has none."""
    words = text[begin:end]
    begin, end = begin + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
    inner = _message(text, begin, partners, depth + 1) if begin < end else None
    if inner is not None and inner[0] == end:
        return inner[1]
    return [(begin, end)] if any(map(str.isalpha, text[begin:end])) else []


def _partners(text: str) -> dict[int, int]:
    """Where each brace that is opened is closed."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for place, sign in enumerate(text):
        if sign == "{":
            opened.append(place)
        elif sign == "}" and opened:
            found[opened.pop()] = place
    return found
