"""How a file of a user holds a table: its encoding, its delimiter, and the names of its columns.

Series and texts are read by the same rules.
"""

from __future__ import annotations

import io
from collections.abc import Collection

import pandas as pd

from seqserve.tabular import dates, numbers

_DELIMITERS = ",;\t|"


def decoded(name: str, content: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, or else Latin-1.

    Raises:
        ValueError: it is no text.
    """
    try:
        text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if "\0" in text:
        raise ValueError(f"{name} is no table but a binary file; save it as CSV")
    return text


def delimiter_of(name: str, text: str) -> str:
    """What the header has most of: commas, semicolons, tabs or |; of as many the tab in a `.tsv`, else the comma."""
    header_line = next(filter(str.strip, io.StringIO(text, newline=None)), "")  # it may begin with a tab
    return max("\t" + _DELIMITERS if name.lower().endswith(".tsv") else _DELIMITERS, key=header_line.count)


def header_of(name: str, row: list[str]) -> list[str]:
    """The names of the columns, given the first row; one without a name is called by its number.

    Raises:
        ValueError: they are no names, or two are the same.
    """
    header = [cell.strip() or f"column {number}" for number, cell in enumerate(row, 1)]
    if not any(map(_is_name, row)):
        raise ValueError(f"{name} has no header: its first row is {', '.join(row)[:80]}; put names above the columns")
    repeated = [column for column in header if header.count(column) > 1]
    if repeated:
        raise ValueError(f"{name} has two columns named {repeated[0]!r}; rename one")
    return header


def named(columns: Collection[str], wanted: str, name: str) -> str:
    """The column of a table that is wanted; case does not matter unless two differ in nothing else.

    Raises:
        ValueError: there is none.
    """
    for column in sorted(columns, key=lambda column: column != wanted):
        if column.strip().lower() == wanted.strip().lower():
            return str(column)
    raise ValueError(f"{name} has no column {wanted!r}; the columns are {' '.join(', '.join(columns).split())}")


def _is_name(cell: str) -> bool:
    """Whether a cell of the first row is the name of a column rather than what stands in one."""
    alone = pd.Series([cell], dtype="str")
    return not (numbers.gaps(alone).all() or numbers.are_numbers(alone) or dates.parse(alone).notna().all())
