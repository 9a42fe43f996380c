"""The user's own tables of texts, as `seqserve.text_tables` reads them."""

from __future__ import annotations

from pathlib import Path

from seqserve import text_tables
from training.datasets.fetch import DataError


def rows(path: Path, *names: str) -> list[list[str]]:
    """The cells of these columns, row by row.

    Raises:
        DataError: it cannot be read so.
    """
    try:
        return list(text_tables.read(path, names).values())
    except ValueError as error:
        raise DataError(str(error)) from None
