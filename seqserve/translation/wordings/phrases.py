"""Short texts with a translation of their own: labels, headings and single words, as people translated them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Self

MOST_WORDS = 3
_TEXT = re.compile(r"(?P<words>[^\W\d_][\w'\u2019-]{0,30}(?:[ /][\w'\u2019-]{1,30}){0,5})(?P<colon>[ \u00a0\u202f]?:)?")


class Phrases:
    """Translations by their texts.

    Args:
        known: by `key`.
    """

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = dict(known)

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Phrases as they are stored.

        Raises:
            ValueError: the content is none of them.
        """
        found = json.loads(content)
        if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
            raise ValueError("it is no object of texts")
        return cls(found)

    def to_json(self) -> bytes:
        """The phrases as they are stored."""
        return json.dumps(self._known, ensure_ascii=False, indent=0, sort_keys=True).encode()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, text: str) -> str | None:
        """The translation of a folded text without its colon, with its capitals; none if it is not known."""
        found = self._known.get(key(text) or "")
        if found is None:
            return None
        if text.isupper() and len(text) > 1:
            return found.upper()
        return (found[:1].upper() if text[:1].isupper() else found[:1].lower()) + found[1:]


def key(text: str) -> str | None:
    """What a short text is found by: in lower case, without a colon; none for what is longer or has other marks."""
    match = _TEXT.fullmatch(text.replace("\u2019", "'"))
    return match["words"].lower() if match and "_" not in text else None
