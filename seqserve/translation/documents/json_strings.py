"""JSON with texts, as programs keep what they show: the values that are strings are translated, keys are not."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from seqserve.translation.documents.document import Document, DocumentError, Text, decoded

_STRING = re.compile(r'(?P<string>"(?:[^"\\]|\\.)*")(?P<key>\s*:)?')
_NAMING = {"id", "type", "lang", "locale", "class", "icon", "key"}
_NAME = re.compile(r"[a-z][\w-]*")
"""What a program reads under such a key; a label has a capital, or blanks."""
_WORDS = re.compile(r"[^\W\d_]{2,}|\A\s*[^\W\d_]\s*\Z")
_UNIT = "(?:y+|Y+|M+|d+|D+|H+|h+|m+|s+|S+|a|E+|Z+)"
_NO_TEXT = re.compile(
    r"\S*(?:[/\\_@#]|\w[.:]\w|\d)\S*|[a-z]{2,3}-[A-Z]{2}"
    rf"|(?=.*(?:yy|MM|dd|[Hh]{{2}}|mm|ss)){_UNIT}(?:[-/:., ]{{1,2}}{_UNIT})+"
)
"""A value that a program reads: without spaces, such as an address, a path or a name, a locale, or how dates are."""


class JsonStrings(Document):
    """A `.json` file, of which nothing but values is changed: order, numbers and indentation stay."""

    def __init__(self, name: str, content: bytes) -> None:
        text, self._encoding = decoded(name, content)
        try:
            json.loads(text)
        except (ValueError, RecursionError) as error:
            raise DocumentError(f"{name} is not JSON: {error}; mend it, or save it as .txt") from None
        self._source = text
        self._escaped = text.isascii() and "\\u" in text
        self._spans: list[tuple[int, int]] = []
        self.texts = []
        key = ""
        for match in _STRING.finditer(text):
            found = json.loads(match["string"], strict=False)
            value = "" if match["key"] else found
            is_name = key in _NAMING and _NAME.fullmatch(value)
            key = found if match["key"] else ""
            if _WORDS.search(value) and not _NO_TEXT.fullmatch(value) and not is_name:
                self._spans.append(match.span())
                self.texts.append(Text(f"line {text.count(chr(10), 0, match.start()) + 1}", value))

    def written(self, translations: Sequence[str], doubtful: Sequence[bool], target: str) -> bytes:
        found, done = [], 0
        for (start, end), translation in zip(self._spans, translations, strict=True):
            found += [self._source[done:start], json.dumps(translation, ensure_ascii=self._escaped)]
            done = end
        return "".join([*found, self._source[done:]]).encode(self._encoding)
