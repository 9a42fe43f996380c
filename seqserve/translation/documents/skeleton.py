"""The formatting within a text as numbered tags, which the translator moves with the words that they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator


class Skeleton:
    """Builds the text that the translator takes, and takes its translation apart again.

    Args:
        source: the text as it is in the file; tags have names that are not in it.

    Attributes:
        text: what the translator takes.
        has_words: there is something to translate.
    """

    def __init__(self, source: str) -> None:
        self._name = next(name for name in _names() if f"<{name} " not in source and f"</{name} " not in source)
        self._letter = next(name.upper() for name in _names() if f"{name.upper()}_" not in source)
        self._token = re.compile(rf"</?(?:{self._name}|img|br) (\d+)>|{self._letter}_(\d+)x")
        self._count = 0
        self.text = ""
        self.has_words = False

    def add(self, text: str) -> None:
        """Words."""
        self.text += text
        self.has_words = self.has_words or any(map(str.isalpha, text))

    def open(self) -> int:
        """The begin of formatted words; returns its number."""
        return self._add("<{name} {number}>")

    def close(self) -> int:
        """The end of the words that were opened last."""
        return self._add("</{name} {number}>")

    def stand(self) -> int:
        """Something between words, such as a picture."""
        return self._add("<img {number}>")

    def part(self) -> int:
        """Something that no sentence goes on behind, such as a line break."""
        return self._add("<br {number}>")

    def keep(self) -> int:
        """Something in the place of a word, such as code."""
        return self._add("{letter}_{number}x")

    def pieces(self, translation: str) -> Iterator[str | int]:
        """Words and numbers of a translation, in its order; numbers that it lacks come last."""
        left = set(range(self._count))
        done = 0
        for token in self._token.finditer(translation):
            number = int(token[1] or token[2])
            if number not in left:  # what came twice stands once
                continue
            if token.start() > done:
                yield translation[done : token.start()]
            left.discard(number)
            yield number
            done = token.end()
        if done < len(translation):
            yield translation[done:]
        yield from sorted(left)

    def _add(self, form: str) -> int:
        self.text += form.format(name=self._name, letter=self._letter, number=self._count)
        self._count += 1
        return self._count - 1


def _names() -> Iterator[str]:
    yield from "bxqz"
    yield from (f"x{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
