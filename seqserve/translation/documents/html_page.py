"""A page of HTML: its blocks are translated one by one, and it says that it is in the other language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from seqserve.translation.documents.document import Document, Text, decoded
from seqserve.translation.documents.html import Markup

_TAG = re.compile(r"<[^<>]*>")
_LANGUAGE = re.compile(r"(?P<name>[\s:]lang\s*=\s*)(?P<quote>[\"']?)[\w-]{2,35}(?P=quote)(?=[\s>])", re.IGNORECASE)
_ROOT = re.compile(r"<!--.*?-->|<html\b[^<>]*>", re.IGNORECASE | re.DOTALL)
_PARTING = re.compile(r"(<(?:br|hr) \d+>)")


class HtmlPage(Document):
    """An `.html` file; see `seqserve.translation.documents.html` for what is translated and what stays."""

    def __init__(self, name: str, content: bytes) -> None:
        source, self._encoding = decoded(name, content)
        self._markup = Markup(source)
        self._pieces = _PARTING.split(self._markup.text)
        self._translated = [
            place
            for place, piece in enumerate(self._pieces)
            if place % 2 == 0 and any(map(str.isalpha, _TAG.sub("", piece)))
        ]
        self.texts = [
            Text(f"text {number}", self._pieces[place]) for number, place in enumerate(self._translated, start=1)
        ]

    def written(self, translations: Sequence[str], doubtful: Sequence[bool], target: str) -> bytes:
        pieces = list(self._pieces)
        for place, translation in zip(self._translated, translations, strict=True):
            pieces[place] = translation
        page = self._markup.restored("".join(pieces)).text

        def said(tag: re.Match[str]) -> str:
            written = rf"\g<name>\g<quote>{target}\g<quote>"
            return tag[0] if tag[0].startswith("<!--") else _LANGUAGE.sub(written, tag[0])

        return _ROOT.sub(said, page).encode(self._encoding)
