"""What a file of any format is to the translator: texts to translate, and the rest, which stays as it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple

from seqserve.errors import SeqserveError


class DocumentError(SeqserveError):
    """A file that cannot be read as what its name says; the message says why, and what to do."""


class Text(NamedTuple):
    """A text of a document.

    Args:
        place: where it stands, for messages, such as `line 3` or `page 2`.
        text: as the translator takes it.
    """

    place: str
    text: str


class Document(ABC):
    """A file that was read.

    Attributes:
        texts: what is translated, in the order of the file.
    """

    texts: Sequence[Text]

    @abstractmethod
    def written(self, translations: Sequence[str], doubtful: Sequence[bool], target: str) -> bytes:
        """The file with translations in place of its texts.

        Args:
            translations: one for each text.
            doubtful: which of them are likely wrong, for formats that can say so.
            target: the language of the translations.
        """


def decoded(name: str, content: bytes) -> tuple[str, str]:
    """The text of a file, and its encoding: UTF-8, or UTF-16 with a byte order mark.

    Raises:
        DocumentError: it is in another encoding, or no text.
    """
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encoding = "utf-16" if marked else "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError(f"{name} is not UTF-8 (byte {error.start + 1:,}); save it as UTF-8") from None
    if "\0" in text:
        raise DocumentError(f"{name} is a binary file, not a text; name a file with the suffix of its format")
    return text, encoding
