"""A user's own table of texts, to learn from or to answer: CSV or TSV with a header, or an object a line (`.jsonl`).

What would cut a text or give it another row's label is refused. In a TSV, quotes mark cells as in a CSV if all of them
pair so and each row has its cells then; otherwise they are characters like any other, as in raw exports. A blank line
is no row, except in a CSV or TSV of one column: there it is a row with a blank cell, so that answers line up with rows,
unless only blank lines follow.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from seqserve.tabular.files import dialect, file_format

_JSON_LINES = ".jsonl"
SUFFIXES = (".csv", ".tsv", _JSON_LINES)


def read(path: Path, names: Sequence[str]) -> dict[str, list[str]]:
    """The cells of these columns as they stand, by where their row begins, as a message says it: `a.csv, row 2`.

    Args:
        names: of columns, or of keys; case does not matter.

    Raises:
        ValueError: see `rows` and `cells`.
        OSError: there is no such file.
    """
    return cells(path.name, rows(path), names)


def rows(path: Path) -> Mapping[str, Mapping[str, Any]]:
    """The rows with all that they have, by where they begin.

    A row must have a cell for each name of the header, and may have blank ones behind them: one with fewer may be half
    of a text with a line break.

    Raises:
        ValueError: it cannot be read so; the message names the file, and the row at fault.
        OSError: there is no such file.
    """
    text = file_format.decoded(path.name, path.read_bytes())
    return (_objects if path.suffix.lower() == _JSON_LINES else _table)(path.name, text)


def cells(name: str, found: Mapping[str, Mapping[str, Any]], names: Sequence[str]) -> dict[str, list[str]]:
    """The cells of these columns; a key that an object does not have, or that is null, is a blank cell.

    Raises:
        ValueError: a column is not there, or a cell is no text; the message names the file, and the row at fault.
    """
    there = dict.fromkeys(column for row in found.values() for column in row)
    columns = [file_format.named(there, column, name) for column in names]
    return {place: [_text(place, column, row.get(column)) for column in columns] for place, row in found.items()}


def _table(name: str, text: str) -> Mapping[str, Mapping[str, Any]]:
    told = dialect.told_delimiter(text)
    if told:
        text = text[text.index(told) + 1 :].lstrip('"')  # the line stays, so that rows keep their numbers
    delimiter = told or file_format.delimiter_of(name, text)
    if delimiter != "\t":
        return _rows(name, text, delimiter, quoted=True)
    with suppress(ValueError):
        rows = _rows(name, text, delimiter, quoted=True)
        if not any(_swallows_rows(cell) for row in rows.values() for cell in row.values()):
            return rows
    return _rows(name, text, delimiter, quoted=False)


def _swallows_rows(cell: str) -> bool:
    """Whether it may be what stands between a text that begins with a quote and a later row's that ends with one."""
    return "\t" in cell and ("\n" in cell or "\r" in cell)


def _rows(name: str, text: str, delimiter: str, *, quoted: bool) -> dict[str, dict[str, str]]:
    lines = _lines(name, text.rstrip("\r\n"), delimiter, quoted=quoted)
    blank = {number for number, row in lines.items() if len(row) < 2 and not any(map(str.strip, row))}
    first = next((number for number in lines if number not in blank), None)
    if first is None:
        raise ValueError(f"{name} is empty")
    header = file_format.header_of(name, lines[first])
    fewest = max(number for number, cell in enumerate(lines[first], 1) if cell.strip())
    rows = {}
    for number, row in lines.items():
        if number <= first or (number in blank and len(header) > 1):
            continue
        row = row or [""]
        if len(row) < fewest or any(map(str.strip, row[len(header) :])):
            raise ValueError(
                f"{name}, row {number} has {len(row)} cells, the header has {len(header)}; "
                f"put quotes around a text that holds {delimiter!r} or a line break"
            )
        rows[f"{name}, row {number}"] = dict(zip(header, row, strict=False))
    if not rows:
        raise ValueError(f"{name} has a header and no rows")
    return rows


def _lines(name: str, text: str, delimiter: str, *, quoted: bool) -> dict[int, list[str]]:
    """The cells of each row, by the line that it begins in."""
    found = {}
    begins = 1
    limit = csv.field_size_limit(len(text))  # for all of the process: it must not stay
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        skipinitialspace=True,
        strict=True,
    )
    try:
        for row in reader:
            found[begins] = row
            begins = reader.line_num + 1
    except csv.Error:
        raise ValueError(
            f"{name}, row {begins}: a quote that begins a cell must end it; write one that stands in a text twice, "
            "and quotes around that text"
        ) from None
    finally:
        csv.field_size_limit(limit)
    return found


def _objects(name: str, text: str) -> Mapping[str, Mapping[str, Any]]:
    rows = {}
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        if not line.strip():
            continue
        place = f"{name}, line {number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{place} is not JSON: {error}") from None
        if not isinstance(row, dict):
            raise ValueError(f'{place} is no object; write one a line, such as {{"text": "Thank you."}}')
        rows[place] = row
    if not rows:
        raise ValueError(f"{name} is empty")
    return rows


def _text(place: str, column: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, (str, int, float)) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError(f"{place}: {column} is neither a text nor a number, true or false; write it as a text")
    text = str(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{place}: half a surrogate pair in {column}; write whole characters") from None
    return text
