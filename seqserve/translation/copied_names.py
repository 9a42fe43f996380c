"""Which words of a sentence are names and abbreviations, to be copied, and which only have a capital.

A network cannot translate a name that its vocabulary has only in pieces. Two lists, stored with a version, tell names
from other words: words that were learned in lower case, which are no names at the start of a sentence, in a heading or
in upper case; and capitalized words that the network translates, such as "Friday" and "Germany". A third says what
names and other words that the network reads become in a translation, so that none is lost unsaid; and a fourth has
the words of the vocabulary that hardly a sentence had, as the names that are there because of the other language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Self

from seqserve.translation import languages
from seqserve.translation.markup import placeholders
from seqserve.translation.subword_tokenizer import Subwords

SHORT = (2, 3)
"""Letters of a short word: in upper case it is emphasised, not an abbreviation, if it was learned in lower case. A
longer word is, if it is a single token in lower case."""
_ABBREVIATIONS = languages.every("abbreviations")
_HEADING = 2
"""This many words, all capitalized and without a final mark, are a heading, and not names."""
_TITLES = "".join(rf"|(?<=\b{title}\. )" for title in sorted(languages.every("titles")))
_NAMING = re.compile(rf"(?P<inner>(?<=[\w,;] ){_TITLES})?\b[^\W\d_]{{2,}}(?:-[^\W\d_]{{2,}})*(?!\w|'[A-Z])")
"""A word that may be a name; `inner` if it does not begin what somebody says."""
WORD = re.compile(r"[^\W\d_]+")
_ENDING, _LEAST = 2, 4
"""Letters of a word that may be others in another form of it, and letters that may not."""
_ENDINGS = frozenset({"", "e", "s", "es", "x", "ne", "nes", "se", "ses", "te", "tes"})
"""Of forms of words that are shorter than that."""
_INITIALS = re.compile(r"(?<![^\W\d_])(?:[A-Z]\. ?){1,4}\Z")
_CAPITALIZED = languages.every("capitalized")
_GIVEN_NAMES = languages.every("given_names")
_BEHIND_NAME = re.compile(rf"'s\b|,|(?: and [A-Z]\w+)? (?:{languages.alternatives('verbs')})\b")
"""What is behind a name that begins a sentence."""
_LONGEST_TITLE = 8
_TITLED = re.compile("|".join(rf"\b{title}\.? \Z" for title in sorted(languages.every("titles"))))
_Read = tuple[re.Match[str], str | None]
"""A word, and how the network reads it; none for a name."""


class Names:
    """Tells names from other words.

    Args:
        small: words that were learned in lower case; single-token words may be omitted, except two- and three-letter
            words, which may belong to the other language.
        translated: capitalized words that are translated, not copied; single-token words may be omitted.
        rendered: names and other words, and what each is in a translation: one of several words.
        unlearned: words that the vocabulary has whole, as the other language does, but that hardly a sentence had.
    """

    def __init__(
        self,
        coder: Subwords,
        small: Iterable[str] = (),
        translated: Iterable[str] = (),
        rendered: Mapping[str, Sequence[str]] | None = None,
        unlearned: Iterable[str] = (),
    ) -> None:
        self._coder = coder
        self._small = frozenset(small)
        self._translated = frozenset(translated)
        self._rendered = dict(rendered or {})
        self._unlearned = frozenset(unlearned)

    @classmethod
    def from_json(cls, content: bytes, coder: Subwords) -> Self:
        """Names as they are stored.

        Raises:
            ValueError: the content is none of them.
        """
        found = json.loads(content)
        try:
            rendered = {str(name): [str(word) for word in words] for name, words in found.get("rendered", {}).items()}
            small, translated = (map(str, found[key]) for key in ("small", "translated"))
            return cls(coder, small, translated, rendered, map(str, found.get("unlearned", ())))
        except (AttributeError, TypeError, KeyError):
            raise ValueError("it has not the lists `small` and `translated`") from None

    def to_json(self) -> bytes:
        """The lists as they are stored."""
        lists = {"small": self._small, "translated": self._translated, "unlearned": self._unlearned}
        rendered = {name: list(words) for name, words in sorted(self._rendered.items())}
        stored = {key: sorted(words) for key, words in lists.items()} | {"rendered": rendered}
        return json.dumps(stored, ensure_ascii=False, indent=0).encode()

    def rendered(self, marked: str) -> dict[str, Sequence[str]]:
        """The words that the network reads in a sentence, and what each may be in its translation."""
        first, *others = WORD.findall(marked) or [""]
        words = [first if first in self._rendered else first.lower(), *others]
        return {word: self._rendered[word] for word in words if word in self._rendered}

    def hide(self, marked: str, spans: list[str], *, uppercase: bool = False, particles: Container[str] = ()) -> str:
        """A sentence with placeholders for names too, as far as there are any left, which become `spans`.

        Upper-case words, and the words of a heading, become lower case if they are known in it.

        Args:
            uppercase: the whole sentence is in upper case; names are the words that are not known in another case.
            particles: words in small letters that may be within names.
        """
        if uppercase:
            return WORD.sub(lambda match: self._hide_unknown(match[0], spans), marked) if self._small else marked
        words = WORD.findall(marked)
        titled = len(words) >= _HEADING and all(word[0].isupper() for word in words)
        heading = titled and marked[-1].isalpha()

        def read(match: re.Match[str]) -> str | None:
            """A word as the network reads it; none if it is a name."""
            word, inner = match[0], match["inner"] is not None
            if _is_titled(marked, match):
                return None
            if self.is_emphasised(word) or (heading and inner and self._is_lowered(word)):
                return word.lower()
            if word in _GIVEN_NAMES and ((inner and not titled) or _BEHIND_NAME.match(marked, match.end())):
                return None
            return None if self._is_name(word, inner=inner) else word

        text, done = "", 0
        found = [match for match in _NAMING.finditer(marked) if match[0] not in particles]
        for run in self._runs(marked, [(match, read(match)) for match in found], particles):
            start, end = run[0][0].start(), run[-1][0].end()
            if any(word is None for _, word in run):
                initials = _INITIALS.search(marked[done:start])
                start = done + initials.start() if initials else start
                text += marked[done:start] + placeholders.place(marked[start:end], spans)
            else:
                text += marked[done:start] + (marked[start:end] if len(run) > 1 else str(run[0][1]))
            done = end
        return text + marked[done:]

    def _runs(self, marked: str, words: Sequence[_Read], particles: Container[str]) -> Iterator[list[_Read]]:
        """Words with a capital that are one name, such as "Barack Obama"; every other word alone."""
        run: list[_Read] = []
        joined = False
        for match, word in words:
            is_part = word is None or (word == match[0] and self._is_part(word))
            between = marked[run[-1][0].end() : match.start()] if run else ""
            is_near = (
                between[:1].isspace() and between[-1:].isspace() and all(one in particles for one in between.split())
            )
            if run and not (is_part and joined and is_near):
                yield run
                run = []
            run.append((match, word))
            joined = is_part
        if run:
            yield run

    def is_emphasised(self, word: str) -> bool:
        """Whether an upper-case word is emphasised, and not an abbreviation."""
        if not word.isupper() or word in _ABBREVIATIONS:
            return False
        small = word.lower()
        return self._is_learned(small) if len(word) > max(SHORT) else small in self._small

    def is_one(self, word: str) -> bool:
        """Whether the vocabulary has a word whole."""
        return len(self._coder.encode([word])[0]) == 1

    def capital(self, word: str) -> str:
        """A word in lower case with a capital, if it was learned with one only, such as "London"."""
        title = word.title()
        known = len(word) > max(SHORT) and (self._is_learned(title) or title in self._translated)
        return title if known and not self._is_small(word) else word

    def _hide_unknown(self, word: str, spans: list[str]) -> str:
        title = word.title()
        known = len(word) < 2 or self._is_small(word.lower()) or self._is_learned(title) or title in self._translated
        return word if known else placeholders.place(word, spans)

    def _is_name(self, word: str, *, inner: bool) -> bool:
        if self._is_learned(word) or word in self._translated:
            return False
        if word.isupper():
            return True
        if not all(map(str.istitle, word.split("-"))):
            return False
        # The first word always has a capital: it is a name if it was never seen in lower case.
        return inner or (bool(self._small) and not all(self._is_small(part.lower()) for part in word.split("-")))

    def _is_part(self, word: str) -> bool:
        """Whether a word that the vocabulary has whole may belong to the name beside it."""
        if word in _CAPITALIZED or word in self._translated or not word.istitle():
            return False
        return not self._is_small(word.lower())

    def _is_lowered(self, word: str) -> bool:
        return word.istitle() and not self._is_learned(word) and self._is_small(word.lower())

    def _is_small(self, word: str) -> bool:
        return word in self._small or self._is_learned(word)

    def _is_learned(self, word: str) -> bool:
        return word not in self._unlearned and self.is_one(word)


def _is_titled(marked: str, match: re.Match[str]) -> bool:
    """Whether a title such as "Mr." is before a word, which then is a name, whatever else it means."""
    before = marked[max(0, match.start() - _LONGEST_TITLE) : match.start()]
    return match[0].istitle() and _TITLED.search(before) is not None


def inside(sentence: str) -> list[str]:
    """Words with a capital inside a sentence, which may be names."""
    found = (match[0] for match in _NAMING.finditer(sentence) if match["inner"] is not None)
    return [word for word in found if word.istitle()]


def missing(rendered: Mapping[str, Sequence[str]], translation: str) -> list[str]:
    """The words that a translation has not, in any of their forms."""
    others = set(map(str.lower, WORD.findall(translation)))
    return [word for word, forms in rendered.items() if not any(is_among(others, form) for form in forms)]


def is_among(words: Iterable[str], one: str) -> bool:
    """Whether a word is among others in lower case, in any form: they begin alike; a short one has an ending more."""
    one = one.lower()
    if len(one) < _LEAST:
        return any(word.startswith(one) and word[len(one) :] in _ENDINGS for word in words)
    begin = one[: max(_LEAST, len(one) - _ENDING)]
    return any(word.startswith(begin) for word in words)
