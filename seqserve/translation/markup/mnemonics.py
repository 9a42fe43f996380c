"""The mark of an access key in a label: `_Open` and `Save _As` in GTK, `&Open` in Qt and on Windows."""

from __future__ import annotations

import re

_MOST_WORDS = 5
_MARK = re.compile(r"(?<![^\s])_(?=[A-Z][^\W\d_]+(?!\w))|\A&(?=[A-Z][^\W\d_]+(?![\w;]))")
_LETTER = re.compile(r"[^\W\d_]")


def without(text: str) -> tuple[str, str]:
    """A label without its mark, and the mark with the letter behind it; any other text as it is, and nothing."""
    found = _MARK.findall(text)
    if len(found) != 1 or text.count(found[0]) != 1 or len(text.split()) > _MOST_WORDS:
        return text, ""
    before, mark, behind = text.partition(found[0])
    return before + behind, mark + behind[0]


def marked(translation: str, key: str) -> str:
    """A translation with the mark of its label, before a word that begins with the same letter, or else the first."""
    if not key:
        return translation
    same = re.compile(rf"(?<!\w){re.escape(key[1])}", re.IGNORECASE)
    place = same.search(translation) or _LETTER.search(translation)
    return f"{translation[: place.start()]}{key[0]}{translation[place.start() :]}" if place else translation
