"""Catalogues of gettext, read and written by polib: messages without a translation get one.

Reference:
    https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polib

from seqserve.translation.documents.document import Document, DocumentError, Text, decoded

_FUZZY = "fuzzy"
_FORMS = re.compile(r"nplurals\s*=\s*(\d)")
_TWO = 2
_DIRECTIONS = {"default:LTR", "default:RTL"}
"""Of writing, as GTK has them translated: they are no words."""


class GettextCatalog(Document):
    """A `.po` file. What a translator has written stays; what is likely wrong is marked `fuzzy`, for one to look at."""

    def __init__(self, name: str, content: bytes) -> None:
        text, encoding = decoded(name, content)
        try:
            self._file = polib.pofile(f"{text}\n", encoding=encoding)  # polib would open a file of that name
        except (OSError, ValueError) as error:
            raise DocumentError(f"{name} is no gettext catalogue: {error}; msgfmt --check says more") from None
        self._file.encoding = "utf-8"
        self._wanted: list[tuple[polib.POEntry, bool]] = []
        self.texts = []
        for entry in self._file:
            if entry.obsolete or entry.translated() or not entry.msgid.strip():
                continue
            for text, plural in ((entry.msgid, False), (entry.msgid_plural, True)):
                if text and text not in _DIRECTIONS:
                    self._wanted.append((entry, plural))
                    self.texts.append(Text(f"line {entry.linenum}", text))

    def written(self, translations: Sequence[str], doubtful: Sequence[bool], target: str) -> bytes:
        metadata = self._file.metadata
        if not metadata.get("Language"):
            metadata["Language"] = target
        stated = _FORMS.search(metadata.get("Plural-Forms", ""))
        forms = int(stated[1]) if stated else _TWO
        fuzzy: dict[int, bool] = {}
        for (entry, plural), translation, doubt in zip(self._wanted, translations, doubtful, strict=True):
            fuzzy[id(entry)] = fuzzy.get(id(entry), False) or doubt
            if not entry.msgid_plural:
                entry.msgstr = translation
            elif plural:
                entry.msgstr_plural.update(dict.fromkeys(range(min(1, forms - 1), forms), translation))
            else:
                entry.msgstr_plural = {0: translation}
            entry.flags = [flag for flag in entry.flags if flag != _FUZZY] + [_FUZZY] * fuzzy[id(entry)]
            entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
        written = str(self._file)
        if not self._file.header:  # polib begins an empty comment all the same
            written = written.removeprefix("#\n")
        return written.encode()
