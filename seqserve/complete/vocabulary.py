"""Which tokens may come next: what spells a half-typed word, what goes on with a word, and what begins one."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from seqserve.complete.subwords import END, SPACE, Subwords

Tokens = npt.NDArray[np.int64]
_LAST = "\U0010ffff"


class Vocabulary:
    """The tokens of a version by what they spell.

    Attributes:
        words: (V,), whether a token is letters that begin a word behind a space.
        inner: (V,), whether a token is letters that go on with a word.
        letters: (V,), whether it is either, or a space alone.
        begins, goes_on, ends: tokens that are either, that are inner, and that are not.
        bytes: tokens that are never offered: one byte alone may be no character.
    """

    def __init__(self, subwords: Subwords) -> None:
        spellings = subwords.spellings
        self.spellings = spellings
        self.bytes = np.array([token for token, spelling in enumerate(spellings) if not spelling and token != END])
        self.words = np.array([spelling[:1] == SPACE and _is_word(spelling[1:]) for spelling in spellings])
        self.inner = np.array([_is_word(spelling) for spelling in spellings])
        letters = self.words | self.inner
        self.letters = letters | np.array([spelling == SPACE for spelling in spellings])
        self.begins, self.goes_on = np.flatnonzero(letters), np.flatnonzero(self.inner)
        self.ends = np.flatnonzero(~self.inner)
        self._order = sorted(filter(spellings.__getitem__, range(len(spellings))), key=spellings.__getitem__)
        self._sorted = [spellings[token] for token in self._order]
        self._number = {spelling: token for token, spelling in enumerate(spellings) if spelling}
        self._longest = max(map(len, spellings))
        self._known_from = lru_cache(maxsize=4096)(self._looked_up)

    def spelling_from(self, typed: str) -> Tokens:
        """The tokens whose spelling begins with what is typed, and is longer or the same."""
        return self._known_from(typed[: self._longest + 1])  # nothing begins with more, and the cache is to be small

    def _looked_up(self, typed: str) -> Tokens:
        begin, end = bisect_left(self._sorted, typed), bisect_left(self._sorted, typed + _LAST)
        return np.array(self._order[begin:end], dtype=np.int64)

    def within(self, typed: str) -> Tokens:
        """The tokens that what is typed begins with, and that are shorter."""
        spelled = (self._number.get(typed[:length]) for length in range(1, min(len(typed), self._longest + 1)))
        return np.array([token for token in spelled if token is not None], dtype=np.int64)


def _is_word(spelling: str) -> bool:
    return bool(spelling) and all(character.isalpha() or character == "'" for character in spelling) and spelling != "'"
