"""The rows of CSV, TSV and their kin, one after the other."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from seqserve.tabular.files import encoding, file_format
from seqserve.tabular.row_blocks.row import Row

_HEAD = 200_000
_LONGEST_CELL = 2**24


def rows(name: str, stream: BinaryIO) -> Iterator[Row]:
    """The names of the columns, then the rows.

    A row with fewer cells than the header, or with more that are not blank, has a fault: it may be half of a text with
    a line break. In a TSV, quotes are characters like any other unless every cell that begins with one ends with one.

    Raises:
        ValueError: it is no table, or a quote is never closed.
    """
    head = stream.read(_HEAD)
    stream.seek(0)
    if not head.strip():
        raise ValueError(f"{name} is empty")
    found = encoding.of(name, head if len(head) < _HEAD else head.rsplit(b"\n", 1)[0])
    delimiter = file_format.delimiter_of(name, head.decode(found, errors="ignore"))
    quoted = delimiter != "\t" or _is_quoted(stream, found)
    with _text(stream, found) as text:
        reader = csv.reader(
            text,
            delimiter=delimiter,
            quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
            skipinitialspace=delimiter != "\t",
            strict=True,
        )
        cells = _cells(name, reader)
        first = next((row for _, row in cells if any(map(str.strip, row))), None)
        if first is None:
            raise ValueError(f"{name} has no names of columns, only blank cells")
        header = file_format.header_of(name, first)
        yield Row([*header])
        fewest = max(number for number, cell in enumerate(first, 1) if cell.strip())
        for number, row in cells:
            yield _row(number, row, len(header), fewest)


def _row(number: int, row: list[str], width: int, fewest: int) -> Row:
    cells = [*row[:width], *[None] * (width - len(row))]
    if len(row) < fewest or any(map(str.strip, row[width:])):
        return Row(cells, f"row {number} has {len(row)} cells, the header has {width}")
    try:
        "".join(row).encode()
    except UnicodeEncodeError:
        return Row([None] * width, f"row {number} has bytes that are not of the file's encoding")
    return Row(cells)


def _cells(name: str, reader: Any) -> Iterator[tuple[int, list[str]]]:
    """The line that each row begins in, and its cells; blank lines are left out."""
    limit = csv.field_size_limit()
    while True:
        begins = reader.line_num + 1
        csv.field_size_limit(_LONGEST_CELL)  # for all of the process: it must not stay
        try:
            row = next(reader, None)
        except csv.Error as error:
            why = "a quote that begins a cell must end it" if "delimiter expected" in str(error) else str(error)
            raise ValueError(f"{name}, row {begins}: {why}; the rows before are answered") from None
        finally:
            csv.field_size_limit(limit)
        if row is None:
            return
        if row:  # a blank line is none
            yield begins, row


def _is_quoted(stream: BinaryIO, encoding: str) -> bool:
    """Whether in each of the first lines of a TSV the cells that begin with a quote end with one."""
    text = _text(stream, encoding)
    lines = list(islice(text, 10_000))
    text.detach()  # else it closes the stream
    stream.seek(0)
    cells = [cell for line in lines for cell in line.rstrip("\r\n").split("\t") if cell.startswith('"')]
    return bool(cells) and all(len(cell) > 1 and cell.endswith('"') for cell in cells)


def _text(stream: BinaryIO, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="")
