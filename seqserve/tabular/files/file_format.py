"""How a file of a user holds a table: its encoding, its delimiter, and the names of its columns.

Series and texts are read by the same rules.
"""

from __future__ import annotations

import io
from collections.abc import Collection

from seqserve.tabular.files import encoding, header

_DELIMITERS = ",;\t|"


def decoded(name: str, content: bytes) -> str:
    """The text of a file, see `encoding.of`.

    Raises:
        ValueError: it is no text.
    """
    return content.decode(encoding.of(name, content), errors="replace")


def delimiter_of(name: str, text: str) -> str:
    """What the header has most of: commas, semicolons, tabs or |; of as many the tab in a `.tsv`, else the comma."""
    header_line = next(filter(str.strip, io.StringIO(text, newline=None)), "")  # it may begin with a tab
    return max("\t" + _DELIMITERS if name.lower().endswith(".tsv") else _DELIMITERS, key=header_line.count)


def header_of(name: str, row: list[str]) -> list[str]:
    """The names of the columns, given the first row; one without a name is called by its number.

    Raises:
        ValueError: they are no names, or two are the same.
    """
    if all(header.kind(cell) != "w" for cell in row):
        raise ValueError(f"{name} has no header: its first row is {', '.join(row)[:80]}; put names above the columns")
    return header.names_of(name, row)


def named(columns: Collection[str], wanted: str, name: str) -> str:
    """The column of a table that is wanted; case does not matter unless two differ in nothing else.

    Raises:
        ValueError: there is none.
    """
    plain = header.normal(wanted)
    for column in sorted(columns, key=lambda column: column != plain):
        if column.strip().lower() == plain.lower():
            return str(column)
    raise ValueError(f"{name} has no column {wanted!r}; the columns are {' '.join(', '.join(columns).split())}")
