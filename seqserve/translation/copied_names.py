"""Which words of a sentence are names and abbreviations, to be copied, and which only have a capital.

A network cannot translate a name that its vocabulary has only in pieces. Two lists, stored with a version, tell names
from other words: words that were learned in lower case, which are no names at the start of a sentence, in a heading or
in upper case; and capitalized words that the network translates, such as "Friday" and "Germany".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Self

from seqserve.translation import languages, placeholders
from seqserve.translation.subword_tokenizer import Subwords

SHORT = (2, 3)
"""Letters of a short word: in upper case it is emphasised, not an abbreviation, if it was learned in lower case. A
longer word is, if it is a single token in lower case."""
_ABBREVIATIONS = languages.every("abbreviations")
_HEADING = 4
"""This many words, all capitalized and without a final mark, are a heading, and not names."""
_TITLES = "".join(rf"|(?<=\b{title}\. )" for title in sorted(languages.every("titles")))
_NAMING = re.compile(rf"(?P<inner>(?<=[\w,;] ){_TITLES})?\b[^\W\d_]{{2,}}(?:-[^\W\d_]{{2,}})*(?!\w|'[A-Z])")
"""A word that may be a name; `inner` if it does not begin what somebody says."""
WORD = re.compile(r"[^\W\d_]+")


class Names:
    """Tells names from other words.

    Args:
        small: words that were learned in lower case; single-token words may be omitted, except two- and three-letter
            words, which may belong to the other language.
        translated: capitalized words that are translated, not copied; single-token words may be omitted.
    """

    def __init__(self, coder: Subwords, small: Iterable[str] = (), translated: Iterable[str] = ()) -> None:
        self._coder = coder
        self._small = frozenset(small)
        self._translated = frozenset(translated)

    @classmethod
    def from_json(cls, content: bytes, coder: Subwords) -> Self:
        """Names as they are stored.

        Raises:
            ValueError: the content is none of them.
        """
        found = json.loads(content)
        try:
            return cls(coder, *(map(str, found[key]) for key in ("small", "translated")))
        except (TypeError, KeyError):
            raise ValueError("it has not the lists `small` and `translated`") from None

    def to_json(self) -> bytes:
        """The lists as they are stored."""
        lists = {"small": sorted(self._small), "translated": sorted(self._translated)}
        return json.dumps(lists, ensure_ascii=False, indent=0).encode()

    def hide(self, marked: str, spans: list[str], *, uppercase: bool = False) -> str:
        """A sentence with placeholders for names too, as far as there are any left, which become `spans`.

        Upper-case words, and the words of a heading, become lower case if they are known in it.

        Args:
            uppercase: the whole sentence is in upper case; names are the words that are not known in another case.
        """
        if uppercase:
            return WORD.sub(lambda match: self._hide_unknown(match[0], spans), marked) if self._small else marked
        words = WORD.findall(marked)
        heading = len(words) >= _HEADING and marked[-1].isalpha() and all(word[0].isupper() for word in words)

        def hidden(match: re.Match[str]) -> str:
            word, inner = match[0], match["inner"] is not None
            if self.is_emphasised(word) or (heading and inner and self._is_lowered(word)):
                return word.lower()
            return placeholders.place(word, spans) if self._is_name(word, inner=inner) else word

        return _NAMING.sub(hidden, marked)

    def is_emphasised(self, word: str) -> bool:
        """Whether an upper-case word is emphasised, and not an abbreviation."""
        if not word.isupper() or word in _ABBREVIATIONS:
            return False
        small = word.lower()
        return self.is_one(small) if len(word) > max(SHORT) else small in self._small

    def is_one(self, word: str) -> bool:
        """Whether the vocabulary has a word whole."""
        return len(self._coder.encode([word])[0]) == 1

    def _hide_unknown(self, word: str, spans: list[str]) -> str:
        title = word.title()
        known = len(word) < 2 or self._is_small(word.lower()) or self.is_one(title) or title in self._translated
        return word if known else placeholders.place(word, spans)

    def _is_name(self, word: str, *, inner: bool) -> bool:
        if self.is_one(word) or word in self._translated:
            return False
        if word.isupper():
            return True
        if not all(map(str.istitle, word.split("-"))):
            return False
        # The first word always has a capital: it is a name if it was never seen in lower case.
        return inner or (bool(self._small) and not all(self._is_small(part.lower()) for part in word.split("-")))

    def _is_lowered(self, word: str) -> bool:
        return word.istitle() and not self.is_one(word) and self._is_small(word.lower())

    def _is_small(self, word: str) -> bool:
        return word in self._small or self.is_one(word)


def inside(sentence: str) -> list[str]:
    """Words with a capital inside a sentence, which may be names."""
    found = (match[0] for match in _NAMING.finditer(sentence) if match["inner"] is not None)
    return [word for word in found if word.istitle()]
