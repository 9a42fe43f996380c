"""The user's own tables of texts: CSV, TSV or JSONL."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from training.datasets.fetch import DataError


def rows(path: Path, columns: set[str]) -> Iterator[dict[str, str]]:
    """The rows of a CSV or TSV file with a header, or of one with an object a line (`.jsonl`), as they stand.

    Args:
        columns: names of columns, or of keys, that every row must have; it may have others.

    Raises:
        DataError: it cannot be read so.
    """
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{path.name} is not UTF-8; save it as UTF-8") from None
    if path.suffix == ".jsonl":
        yield from _objects(path.name, content, columns)
        return
    csv.field_size_limit(sys.maxsize)
    header = content.split("\n", 1)[0]
    delimiter = "\t" if header.count("\t") else ";" if header.count(";") > header.count(",") else ","
    # In a TSV a quote is a character like any other.
    quoting = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
    table = csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter, quoting=quoting)
    missing = columns - set(table.fieldnames or [])
    if missing:
        there = ", ".join(table.fieldnames or []) or "none"
        raise DataError(f"{path.name} has no column {', '.join(sorted(missing))}; the columns are {there}")
    for row in table:
        if any(row[column] is None for column in columns):
            raise DataError(f"{path.name}, line {table.line_num}: too few cells; quote texts that hold a {delimiter!r}")
        yield row


def _objects(name: str, content: str, columns: set[str]) -> Iterator[dict[str, str]]:
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DataError(f"{name}, line {number}: not JSON ({error})") from None
        if not isinstance(row, dict) or not columns <= row.keys():
            raise DataError(f"{name}, line {number}: not an object with {', '.join(sorted(columns))}")
        yield {column: "" if row[column] is None else str(row[column]) for column in columns}
