"""Documents of Word, read and written by python-docx: paragraphs and tables, also of headers, footers and notes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

import docx

from seqserve.translation.documents.document import Document, DocumentError, Text
from seqserve.translation.documents.word_paragraph import PARAGRAPH, WordParagraph

_LARGEST = 256 * 2**20  # bytes unpacked
_PARTS = ("header", "footer", "footnotes", "endnotes")


class WordDocument(Document):
    """A `.docx` file."""

    def __init__(self, name: str, content: bytes) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                size = sum(entry.file_size for entry in archive.infolist())
            if size > _LARGEST:
                raise DocumentError(
                    f"{name} has {size // 2**20} MiB unpacked, more than {_LARGEST // 2**20}; divide it"
                )
            self._document = docx.Document(io.BytesIO(content))
        except DocumentError:
            raise
        except Exception as error:  # the library raises what its parts raise
            raise DocumentError(
                f"{name} is no Word document that can be read ({type(error).__name__}: {error}); save it as .docx"
            ) from None
        paragraphs = (WordParagraph(element) for root in self._roots() for element in root.iter(PARAGRAPH))
        self._paragraphs = [found for found in paragraphs if any(map(str.isalpha, found.words))]
        self.texts = [Text(f"paragraph {number}", found.text) for number, found in enumerate(self._paragraphs, start=1)]

    def written(self, translations: Sequence[str], doubtful: Sequence[bool], target: str) -> bytes:
        for paragraph, translation in zip(self._paragraphs, translations, strict=True):
            paragraph.replace(translation)
        file = io.BytesIO()
        self._document.save(file)
        return file.getvalue()

    def _roots(self) -> Iterator[Any]:
        yield self._document.element.body
        for part in self._document.part.package.iter_parts():
            if any(part.partname.startswith(f"/word/{kind}") for kind in _PARTS) and hasattr(part, "element"):
                yield part.element
