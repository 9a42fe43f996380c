"""What a version knows of words: numbers of words and of characters, the same in training and in serving."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from seqserve.tag import words as word_forms

Ids = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.integer[Any]]

CHARACTERS = 16
"""Characters of a word that are read: of a longer one the first nine and the last seven."""
_HEAD = 9
PADDING, UNKNOWN = 0, 1
_FIRST = 2


class Features(NamedTuple):
    """What the network reads of T words: `words` (T,), `shapes` (T,), `characters` (T, CHARACTERS).

    In types as small as can be: those of all texts of a request are in memory at once.
    """

    words: Ids
    shapes: Numbers
    characters: Numbers


SHAPES = len(word_forms.SHAPES) * word_forms.CASES


class Vocabulary:
    """Words and characters that a version knows.

    Args:
        words: as `words.key` has them.
        characters: single ones.
    """

    def __init__(self, words: Sequence[str], characters: Sequence[str]) -> None:
        self.words, self.characters = list(words), list(characters)
        self._words = _numbers(self.words)
        self._characters = _numbers(self.characters)
        if len(self._words) != len(self.words) or len(self._characters) != len(self.characters):
            raise ValueError("a word or a character is listed twice")

    @classmethod
    def from_json(cls, content: bytes) -> Vocabulary:
        """A stored vocabulary.

        Raises:
            ValueError: the content is none.
        """
        try:
            found = json.loads(content)
            words, characters = found["words"], found["characters"]
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"no vocabulary: {error!r}") from None
        if not all(isinstance(one, str) for one in [*words, *characters]):
            raise ValueError("no vocabulary: not all of it are strings")
        return cls(words, characters)

    def to_json(self) -> bytes:
        return json.dumps({"characters": "".join(self.characters), "words": self.words}, ensure_ascii=False).encode()

    def encode(self, words: Sequence[str]) -> Features:
        """The features of the words of one piece of a text."""
        case = word_forms.case(list(words))
        shapes = [word_forms.shape(word) * word_forms.CASES + case for word in words]
        numbers = np.array([self._word(word) for word in words], dtype=np.int32)
        small = np.min_scalar_type(len(self.characters) + _FIRST)
        characters = np.array([self._spelling(word) for word in words], dtype=small)
        return Features(numbers, np.array(shapes, dtype=np.uint8), characters.reshape(len(words), CHARACTERS))

    def _word(self, word: str) -> int:
        key = word_forms.key(word)
        return self._words.get(key) or self._words.get(word_forms.unaccented(key), UNKNOWN)

    def _spelling(self, word: str) -> list[int]:
        seen = word if len(word) <= CHARACTERS else word[:_HEAD] + word[_HEAD - CHARACTERS :]
        spelling = [self._character(character) for character in seen]
        return spelling + [PADDING] * (CHARACTERS - len(spelling))

    def _character(self, character: str) -> int:
        known = self._characters
        if character.isdigit():
            character = "0"
        return known.get(character) or known.get(word_forms.unaccented(character)[:1], UNKNOWN)


def fit(texts: Iterable[Sequence[str]], most: int, fewest: int = 2, also: Iterable[str] = ()) -> Vocabulary:
    """The vocabulary of texts, each given as its words.

    Args:
        most: words that are kept, the most frequent.
        fewest: times that a word or character must be there.
        also: words that are kept before others.
    """
    words: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for text in texts:
        words.update(map(word_forms.key, text))
        for word in text:
            characters.update("0" if character.isdigit() else character for character in word)
    known = dict.fromkeys(map(word_forms.key, also))
    known |= dict.fromkeys(word for word, count in words.most_common() if count >= fewest)
    letters = [character for character, count in characters.most_common() if count >= fewest]
    return Vocabulary(list(known)[:most], sorted(letters))


def _numbers(values: Sequence[str]) -> Mapping[str, int]:
    return {value: number for number, value in enumerate(values, _FIRST)}
