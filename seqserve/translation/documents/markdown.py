"""Markdown, read by markdown-it: paragraphs, headings, lists, quotes and tables; code, formulas and front matter stay.

The parser says which lines a text comes from. Only the text is replaced there, so everything else stays as it was
written.

Reference:
    https://spec.commonmark.org, tables and alerts as of GitHub, and lists of definitions, formulas and containers
    (`::: note`, `!!! note`) as of https://mdit-py-plugins.readthedocs.io
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from seqserve.translation.documents.document import Document, Text, decoded
from seqserve.translation.documents.markdown_inline import Inline

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n.*?^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_CONTINUED = re.compile(r"[ \t>]*")


class _Place(NamedTuple):
    """Where a text stands: in which lines from which to which, and from where to where in the first and the last."""

    first: int
    last: int
    start: int
    end: int


class Markdown(Document):
    """A `.md` file."""

    def __init__(self, name: str, content: bytes) -> None:
        text, self._encoding = decoded(name, content)
        self._newline = "\r\n" if "\r\n" in text else "\n"
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        front = _FRONT_MATTER.match(text)
        self._front = front[0] if front else ""
        body = text[len(self._front) :]
        self._lines = body.split("\n")
        skipped = self._front.count("\n")
        self._found: list[tuple[_Place, Inline]] = []
        self.texts = []
        cursor = (0, 0)
        for token in _parser().parse(body):
            if token.type != "inline" or not token.map or not token.content.strip():
                continue
            place = self._place(token, max(cursor, (token.map[0], 0)))
            if place is None:
                continue
            cursor = (place.last, place.end)
            inline = Inline(token)
            if inline.has_words:
                self._found.append((place, inline))
                self.texts.append(Text(f"line {place.first + skipped + 1}", inline.text))

    def written(self, translations: Sequence[str], doubtful: Sequence[bool], target: str) -> bytes:
        lines = list(self._lines)
        replaced = zip(self._found, translations, strict=True)
        for (place, inline), translation in reversed(list(replaced)):  # the places before stay as they are
            before, behind = lines[place.first][: place.start], lines[place.last][place.end :]
            going_on = lines[place.first + 1][: _indent(lines[place.first + 1])] if place.last > place.first else ""
            parts = [
                part.lstrip() if number else part
                for number, part in enumerate(inline.restored(translation).split("\n"))
            ]
            lines[place.first : place.last + 1] = [
                f"{before if number == 0 else going_on}{part}{behind if number == len(parts) - 1 else ''}"
                for number, part in enumerate(parts)
            ]
        text = self._front + "\n".join(lines)
        return text.replace("\n", self._newline).encode(self._encoding)

    def _place(self, token: Token, cursor: tuple[int, int]) -> _Place | None:
        """Where a token's content stands from a place on; none if the lines have it otherwise."""
        assert token.map
        parts = token.content.split("\n")
        for first in range(cursor[0], max(token.map[1], token.map[0] + 1)):  # a term to define has no line of its own
            start = self._lines[first].find(parts[0], cursor[1] if first == cursor[0] else 0)
            if start < 0 or (len(parts) > 1 and self._lines[first][start:].rstrip() != parts[0].rstrip()):
                continue
            last, end = first, start + len(parts[0])
            for part in parts[1:]:
                last += 1
                at = self._lines[last].find(part.strip()) if last < len(self._lines) else -1
                if at < 0:
                    return None
                end = at + len(part.strip())
            return _Place(first, last, start, end)
        return None


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"store_labels": True}).enable(["table", "strikethrough"])
    parser.use(deflist_plugin).use(dollarmath_plugin, allow_space=False, allow_digits=False)
    parser.use(admon_plugin).use(container_plugin, "any", validate=lambda *_: True)
    return parser.disable("text_join")  # which forgets what was escaped


def _indent(line: str) -> int:
    """What a line of a paragraph that goes on has before its words: white space, and the marks of quotes."""
    found = _CONTINUED.match(line)
    return found.end() if found else 0
