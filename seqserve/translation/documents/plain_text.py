"""Plain text: paragraphs and lines. A paragraph that was wrapped by hand is translated whole and wrapped again."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from seqserve.translation.documents.document import Document, Text, decoded

_WRAPPED = 40
"""A line this long that ends within a sentence was wrapped, if the next one goes on in lower case."""
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_ENDED = re.compile(r"[.!?:;\u2026\"\u201d\u00bb)\]]\s*\Z")
_INDENT = re.compile(r"\s*")


class PlainText(Document):
    """A `.txt` file."""

    def __init__(self, name: str, content: bytes) -> None:
        text, self._encoding = decoded(name, content)
        lines = [match.groups() for match in _LINE.finditer(text) if match[0]]
        self._groups: list[list[tuple[str, str]]] = []
        for line, end in lines:
            if self._groups and _goes_on(self._groups[-1][-1][0], line):
                self._groups[-1].append((line, end))
            else:
                self._groups.append([(line, end)])
        self.texts = []
        self._translated = []
        number = 1
        for group in self._groups:
            joined = " ".join(line.strip() if place else line.rstrip() for place, (line, _) in enumerate(group))
            if any(map(str.isalpha, joined)):
                self._translated.append(len(self.texts))
                self.texts.append(Text(f"line {number}", joined))
            else:
                self._translated.append(-1)
            number += len(group)

    def written(self, translations: Sequence[str], doubtful: Sequence[bool], target: str) -> bytes:
        found = []
        for group, place in zip(self._groups, self._translated, strict=True):
            if place < 0:
                found += [line + end for line, end in group]
            elif len(group) == 1:
                found.append(translations[place] + group[0][1])
            else:
                found.append(_wrapped(translations[place], group))
        return "".join(found).encode(self._encoding)


def _goes_on(line: str, following: str) -> bool:
    words = following.strip()
    return len(line) >= _WRAPPED and words[:1].islower() and not _ENDED.search(line)


def _wrapped(translation: str, group: Sequence[tuple[str, str]]) -> str:
    """A translation in lines as long as those of its source."""
    width = max(len(line) for line, _ in group)
    indent = _indent(group[1][0])
    lines = textwrap.wrap(
        translation.lstrip(),
        width,
        initial_indent=_indent(translation),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return group[0][1].join(lines) + group[-1][1]


def _indent(line: str) -> str:
    found = _INDENT.match(line)
    return found[0] if found else ""
