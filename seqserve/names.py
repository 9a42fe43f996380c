"""Which words of a sentence are names and abbreviations, to be copied, and which only have a capital.

A network makes nonsense of a name that its vocabulary has only in pieces. What tells a name from another word is how
the sentences that were learned from wrote it and whether their translations copied it: words that they had in small
letters are no names, nor are "Friday" and "Germany", which became others. Both lists are stored with a version.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Self

from seqserve.subwords import PLACEHOLDERS, Subwords

_SHOUTED = 4
"""Letters of a word in capitals that is taken for shouted, not for an abbreviation, if it is known in small ones."""
_HEADING = 2
_TITLES = "".join(rf"|(?<=\b{title}\. )" for title in ("Mr", "Ms", "Mrs", "Dr", "St", "Prof"))
_NAMING = re.compile(rf"(?P<inner>(?<=[\w,;] ){_TITLES})?\b[^\W\d_]{{2,}}(?:-[^\W\d_]{{2,}})*(?!\w|'[A-Z])")
"""A word that may be a name; `inner` if it does not begin what somebody says."""
_WORD = re.compile(r"[^\W\d_]+")
_SEEN, _COPIED = 3, 0.5
"""A word with a capital that came so often, and less than this share of them copied, is translated."""


class Names:
    """Tells names from other words.

    Args:
        small: words that were learned in small letters, those that are one token left out.
        translated: words with a capital that have a translation, the same.
    """

    def __init__(self, coder: Subwords, small: Iterable[str] = (), translated: Iterable[str] = ()) -> None:
        self._coder = coder
        self._small = frozenset(small)
        self._translated = frozenset(translated)

    @classmethod
    def learned(cls, coder: Subwords, sources: Sequence[str], targets: Sequence[str]) -> Self:
        """What sentences and their translations, both folded, tell."""
        small, seen, copied = Counter[str](), Counter[str](), Counter[str]()
        for source, target in zip(sources, targets, strict=True):
            small.update(set(filter(str.islower, _WORD.findall(source))))
            inner = {
                match[0] for match in _NAMING.finditer(source) if match["inner"] is not None and match[0].istitle()
            }
            seen.update(inner)
            copied.update(inner.intersection(_WORD.findall(target)))
        whole = cls(coder)._is_one
        return cls(
            coder,
            [word for word, count in small.items() if count > 1 and not whole(word)],
            [
                word
                for word, count in seen.items()
                if count >= _SEEN and copied[word] < _COPIED * count and not whole(word)
            ],
        )

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

    def hide(self, marked: str, things: list[str]) -> str:
        """A sentence with placeholders for names too, as far as there are any left, which become `things`.

        Words in capitals and words of a heading that are known in small letters are put in those.
        """
        words = _WORD.findall(marked)
        heading = len(words) >= _HEADING and all(word[0].isupper() for word in words)

        def hidden(match: re.Match[str]) -> str:
            word = match[0]
            if self.is_emphasised(word) or (heading and match["inner"] is not None and self._is_lowered(word)):
                return word.lower()
            return _placed(word, things) if self._is_name(word, inner=match["inner"] is not None) else word

        return _NAMING.sub(hidden, marked)

    def hide_shouted(self, marked: str, things: list[str]) -> str:
        """The same of a sentence all in capitals: names are the words that are not known in small letters."""
        if not self._small:
            return marked

        def hidden(match: re.Match[str]) -> str:
            known = len(match[0]) < 2 or self._is_small(match[0].lower()) or self._is_one(match[0].title())
            return match[0] if known else _placed(match[0], things)

        return _WORD.sub(hidden, marked)

    def is_emphasised(self, word: str) -> bool:
        """Whether a word is in capitals since it is shouted, not since it is an abbreviation."""
        return word.isupper() and len(word) >= _SHOUTED and self._is_small(word.lower())

    def _is_name(self, word: str, *, inner: bool) -> bool:
        if self._is_one(word) or word in self._translated:
            return False
        if word.isupper():
            return True
        if not all(map(str.istitle, word.split("-"))):
            return False
        # At its begin any word has a capital: there a name is what was never seen in small letters.
        return inner or (bool(self._small) and not all(self._is_small(part.lower()) for part in word.split("-")))

    def _is_lowered(self, word: str) -> bool:
        return word.istitle() and not self._is_one(word) and self._is_small(word.lower())

    def _is_small(self, word: str) -> bool:
        return word in self._small or self._is_one(word)

    def _is_one(self, word: str) -> bool:
        return len(self._coder.encode([word])[0]) == 1


def _placed(word: str, things: list[str]) -> str:
    """A placeholder for a word, which becomes one of the things; the word itself if there is none left."""
    if word not in things:
        if len(things) == len(PLACEHOLDERS):
            return word
        things.append(word)
    return PLACEHOLDERS[things.index(word)]
