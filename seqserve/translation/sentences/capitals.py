"""Capitals: of sentences that are all in upper case, and of words that have one anywhere."""

from __future__ import annotations

import re
import unicodedata

from seqserve.translation.copied_names import Names
from seqserve.translation.languages.language import Language
from seqserve.translation.subword_tokenizer import Subwords

_LONG = 5
_PIECES = 3
"""Tokens, at most, of a long word that stands alone in upper case; an abbreviation has more."""
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")


class Capitals:
    """What is known of capitals in two languages.

    Args:
        coder, names: the vocabulary, and which of its words are names.
        source, target: the languages that are read and written.
        learned: the vocabulary knows which words have a capital.
    """

    def __init__(self, coder: Subwords, names: Names, source: Language, target: Language, *, learned: bool) -> None:
        self._coder, self._names = coder, names
        self._source, self._target = source, target
        self._learned = learned

    def is_uppercase(self, marked: str) -> bool:
        """Whether it is all in upper case, and no abbreviation."""
        if marked != marked.upper() or marked == marked.lower():
            return False
        words = _WORD.findall(marked)
        if len(words) == 1 and len(words[0]) > 1:
            pieces = len(self._coder.encode([words[0].title()])[0])
            return self._names.is_emphasised(words[0]) or (len(words[0]) >= _LONG and pieces <= _PIECES)
        return max(map(len, words), default=0) >= 2

    def sentence_case(self, marked: str) -> str:
        """A sentence in lower case, but for its begin and for words that the vocabulary has with a capital only."""
        lowered = unicodedata.normalize("NFC", marked.lower())
        for word in self._source.always_capital:
            lowered = re.sub(rf"\b{word.lower()}\b", word, lowered)
        if self._learned:
            lowered = _WORD.sub(lambda word: self._names.capital(word[0]), lowered)
        return _LETTER.sub(lambda letter: letter[0].upper(), lowered, count=1)

    def is_always_large(self, text: str) -> bool:
        """Whether a translation begins with a word such as Monday, or I."""
        word = _WORD.match(text)
        if word is None:
            return False
        is_one = self._names.is_one
        if word[0] in self._target.always_capital or word[0] in self._target.capitalized:
            return True
        return is_one(word[0]) and not is_one(word[0].lower())
