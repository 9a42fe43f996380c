"""A few words without a mark: a heading, a label, a cell of a table, a single word; and lists of them.

Networks that learned whole sentences add words to them, or repeat them. They do better with the words in a frame, such
as `{}:` for a label: a version may list such readings. Of all readings, the first counts whose translation is about as
long as the words, and neither repeats itself nor has marks of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from seqserve.translation.beam_search import together
from seqserve.translation.markup import nested
from seqserve.translation.markup.placeholders import MARK
from seqserve.translation.sentences.sentence import Candidate, Inside

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_MARKS = re.compile(r"[,;:.!?\u2026]")
_LONGER = 1
"""Words that a translation may have more than its text; articles and prepositions are often added."""


def chosen(readings: Sequence[Sequence[Candidate]], words: str) -> list[Candidate]:
    """The candidates of all readings, those of the best reading first, each text once.

    Args:
        readings: candidates of each reading, the best first; the words as they are come first.
        words: the text.
    """
    best = [candidates[0] for candidates in readings]
    plain = [number for number, candidate in enumerate(best) if is_plain(candidate.text, words)]
    surplus = [max(0, _count(candidate.text) - _count(words)) for candidate in best]
    means = [candidate.hypothesis.mean for candidate in best]
    first = min(plain, key=surplus.__getitem__) if plain else max(range(len(best)), key=means.__getitem__)
    ordered = [*readings[first], *readings[0], *best]
    distinct: dict[str, Candidate] = {}
    for candidate in ordered:
        distinct.setdefault(candidate.text, candidate)
    return list(distinct.values())


def _count(text: str) -> int:
    return len(_WORD.findall(MARK.sub("x", text)))


def listed(candidates: Sequence[Candidate], whole: Inside, items: Sequence[Candidate | str]) -> list[Candidate]:
    """The candidates of a list; first of all that of its items, if the best has more or fewer, or one of them twice.

    Args:
        candidates: the best first.
        items: the best of each item; one that is not translated as it is.
    """
    if nested.is_kept(candidates[0].text, whole.nested.text):
        return list(candidates)
    translated = [item for item in items if isinstance(item, Candidate)]
    text = whole.joined([item if isinstance(item, str) else item.text for item in items])
    hypothesis = together([item.hypothesis for item in translated])
    made_up = tuple(word for item in translated for word in item.made_up)
    return [Candidate(text, hypothesis, sum(item.lost for item in translated), made_up=made_up), *candidates]


def is_plain(translation: str, words: str) -> bool:
    """Whether a translation has about as many words as its text, none twice in a row, and no marks of its own."""
    found, own = ([word.lower() for word in _WORD.findall(text)] for text in (translation, MARK.sub("x", words)))
    repeated = any(one == other for one, other in pairwise(found))
    marked = bool(_MARKS.search(translation)) and not _MARKS.search(words)
    return 0 < len(found) <= len(own) + _LONGER and not marked and not repeated
