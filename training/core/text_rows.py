"""The user's own tables of texts, as `seqserve.tabular.text_table` reads them."""

from __future__ import annotations

from pathlib import Path

from training.core.download import DataError


def rows(path: Path, *names: str) -> list[list[str]]:
    """The cells of these columns, row by row.

    Raises:
        DataError: it cannot be read so.
    """
    from seqserve.tabular import text_table  # which loads pandas

    try:
        return list(text_table.read(path, names).values())
    except ValueError as error:
        raise DataError(str(error)) from None
