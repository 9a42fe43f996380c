"""Amounts, numerals, times, titles and abbreviations, which a small network gets wrong, by rules of two languages.

What a rule finds is hidden from the network behind a placeholder, and shown as the other language writes it. Networks
that see numbers and names need none of this. A new pair is a module here and a line in the list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from seqserve.translation.markup import placeholders
from seqserve.translation.markup.placeholders import PLACEHOLDERS, Hidden
from seqserve.translation.wordings import english_french, english_french_letters
from seqserve.translation.wordings.rule import Rule, Tidying

_CAPITALS = re.compile(r"[^\W\d_]{3}")
"""Letters of a sentence in capitals, beside what has a wording; AM and PM tell nothing."""


class Wordings(NamedTuple):
    """The rules of a pair.

    Args:
        spelled: abbreviations of the source, and what a network reads in their place.
        rules: what is hidden, and how it is shown; the first that finds something counts.
        tidied: what is put right in a translation once it has everything.
    """

    spelled: Sequence[tuple[re.Pattern[str], Callable[[re.Match[str]], str] | str]]
    rules: Sequence[Rule]
    tidied: Sequence[Tidying]

    def hide(self, sentence: str, placed: Iterable[str] = ()) -> Hidden:
        """A sentence with placeholders for what has a wording; the spans are the wordings.

        Args:
            placed: what the placeholders that it has already stand for.
        """
        spans = list(placed)
        for pattern, words in self.spelled:
            sentence = pattern.sub(words, sentence)
        for rule in self.rules:
            sentence = rule.pattern.sub(_placing(rule.worded, spans), sentence)
        return Hidden(sentence, spans)

    def tidy(self, translation: str) -> str:
        """A translation whose words agree with what was put between them."""
        for pattern, right in self.tidied:
            translation = pattern.sub(right, translation)
        return translation


def _placing(worded: Callable[[re.Match[str]], str | None], spans: list[str]) -> Callable[[re.Match[str]], str]:
    def placed(match: re.Match[str]) -> str:
        wording = worded(match)
        if wording and match.string.isupper() and _CAPITALS.search(match.string.replace(match[0], " ")):
            wording = wording.upper()
        full = len(spans) == len(PLACEHOLDERS) and wording not in spans
        return match[0] if wording is None or full else placeholders.place(wording, spans)

    return placed


_NONE = Wordings((), (), ())
_FRENCH = [*english_french_letters.RULES, *english_french.RULES]
_PAIRS = {("en", "fr"): Wordings(english_french.SPELLED, _FRENCH, english_french.TIDIED)}


def of(source: str, target: str) -> Wordings:
    """The rules of a pair; those of one that is not listed find nothing."""
    return _PAIRS.get((source, target), _NONE)
