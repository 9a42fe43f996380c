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


def lines(path: Path) -> list[str]:
    """The lines of a file of texts that are not blank.

    Raises:
        DataError: it is not there, or not UTF-8, or has no text.
    """
    try:
        found = [line for line in path.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path.name} cannot be read ({error}); give a file in UTF-8 with a text on each line"
        ) from None
    if not found:
        raise DataError(f"{path.name} has no text; give a file with a text on each line")
    return found
