"""Which files are documents, and what reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from seqserve.translation.documents.document import Document, DocumentError

_PACKAGE = "seqserve.translation.documents"
_READERS: Mapping[str, tuple[str, str]] = {
    ".txt": ("plain_text", "PlainText"),
    ".md": ("markdown", "Markdown"),
    ".markdown": ("markdown", "Markdown"),
    ".html": ("html_page", "HtmlPage"),
    ".htm": ("html_page", "HtmlPage"),
    ".srt": ("subtitles", "Subtitles"),
    ".po": ("gettext_catalog", "GettextCatalog"),
    ".json": ("json_strings", "JsonStrings"),
    ".docx": ("word_document", "WordDocument"),
}
SUFFIXES = tuple(_READERS)
LARGEST = 64 * 2**20
"""Bytes of a file, at most: a document is held in memory."""


def read(path: Path) -> Document:
    """Read a document of any format, told by the suffix of its name.

    Raises:
        DocumentError: its format is none of these or its library is not installed, or the file is not what its name
            says or too large.
        OSError: it cannot be opened.
    """
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        raise DocumentError(f"{path.name} is no document of a known format; there are: {' '.join(SUFFIXES)}")
    if path.stat().st_size > LARGEST:
        raise DocumentError(f"{path.name} has more than {LARGEST // 2**20} MiB; divide it")
    module, name = _READERS[suffix]
    try:
        reader: Callable[[str, bytes], Document] = getattr(import_module(f"{_PACKAGE}.{module}"), name)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("seqserve"):
            raise
        raise DocumentError(
            f"{path.name}: to read {suffix} files, install the extra: pip install 'seqserve[documents]' ({error.name})"
        ) from None
    return reader(path.name, path.read_bytes())
