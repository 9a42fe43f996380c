"""The words of a language, so that what a network makes up from pieces of words is told from words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self
from zlib import crc32

import numpy as np
import numpy.typing as npt

from seqserve.translation.copied_names import WORD

_SHORT = 2
"""Letters of words that are not looked up, as of abbreviations."""


class Lexicon:
    """Words as 32-bit hashes: 150,000 words are 600 KB, and of 30,000 that are none, one passes.

    Args:
        hashes: of the words in lower case, in ascending order.
    """

    def __init__(self, hashes: npt.NDArray[np.uint32]) -> None:
        self._hashes = hashes

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """The lexicon of words."""
        return cls(np.array(sorted({_hash(word) for word in words}), dtype=np.uint32))

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """A lexicon as it is stored.

        Raises:
            ValueError: the content is none.
        """
        hashes = np.frombuffer(content, dtype="<u4").astype(np.uint32)
        if not len(hashes) or (hashes[1:] <= hashes[:-1]).any():
            raise ValueError("it holds no hashes in ascending order")
        return cls(hashes)

    def to_bytes(self) -> bytes:
        """The lexicon as it is stored."""
        return self._hashes.astype("<u4").tobytes()

    def __len__(self) -> int:
        return len(self._hashes)

    def unknown(self, text: str, *known: str) -> list[str]:
        """The words of a text that are not in the lexicon, nor in texts that are known, each once.

        Short words and those in capitals are taken to be known.
        """
        words = [word for word in WORD.findall(text) if len(word) > _SHORT and not word.isupper()]
        there = {word.lower() for one in known for word in WORD.findall(one)}
        looked_up = list(dict.fromkeys(word for word in words if word.lower() not in there))
        hashes = np.array([_hash(word) for word in looked_up], dtype=np.uint32)
        places = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        found = self._hashes[places] == hashes
        return [word for word, is_found in zip(looked_up, found, strict=True) if not is_found]


def words(text: str) -> list[str]:
    """The words of a text, as a lexicon knows them."""
    return WORD.findall(text.lower())


def _hash(word: str) -> int:
    return crc32(word.lower().encode())
