"""The rows of a delimited text as a frame of strings."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import pandas as pd

from seqserve.core.messages import counted
from seqserve.tabular.files import dialect, header
from seqserve.tabular.files.dialect import Dialect
from seqserve.tabular.numeric import numerals
from seqserve.tabular.read_options import ReadOptions

DELIMITER, NOTES, EXACT = "delimiter", "notes", "exact"
"""Keys of a frame's attributes: the delimiter, what was understood, whether numbers are typed."""

_HEAD = 200  # rows that tell the dialect and the header
_CHUNK = 10_000
_RULER = re.compile(r"^[\s:=-]*[|+][\s|+:=-]*?(\r?\n?|\r)$")


def frame(name: str, content: bytes, encoding: str, options: ReadOptions) -> pd.DataFrame:
    """The cells of a text, as strings; the index is the line that each row ends in.

    Raises:
        ValueError: it is no table, or has no rows.
    """
    skipped = options.skip_rows or 0
    head = list(islice(_lines(content, encoding), skipped, skipped + _HEAD))
    if not any(map(str.strip, head)):
        raise ValueError(f"{name} is empty")
    how = dialect.of_head(name, head, options)
    rows = [row for _, batch in Rows(name, iter(head), how).batches(_HEAD) for row in batch]
    if any(len(cell) > 2_000 and "\n" in cell for row in rows for cell in row):  # a quote that nothing closes
        how = Dialect(how.delimiter, quoted=False, told=how.told)
        rows = [row for _, batch in Rows(name, iter(head), how).batches(_HEAD) for row in batch]
    first = _comments(rows) + int(how.told)
    cells = rows[first:]
    top = header.first(name, cells, options)
    body = Rows(name, islice(_lines(content, encoding), skipped, None), how, skipped)
    body.skip(first + top.above)
    found = _table(name, body, top.names, foreign=encoding.startswith("utf-16") or not content.isascii())
    found.attrs[DELIMITER] = how.delimiter
    found.attrs[NOTES] = (
        [f"cells are separated by {how.words}"] * (how.delimiter != "," and len(top.names) > 1)
        + top.notes
        + found.attrs[NOTES]
    )
    return found


class Rows:
    """The rows of lines, and the line that each ends in.

    Args:
        skipped: lines in front of them.
    """

    def __init__(self, name: str, lines: Iterator[str], how: Dialect, skipped: int = 0) -> None:
        self.name, self.skipped = name, skipped
        self.reader = how.reader(lines)
        self.read = 0  # lines, as far as known

    def skip(self, count: int) -> None:
        """Leave the next rows out."""
        for _ in self.batches(count, most=1):
            pass

    def batches(self, size: int, most: int | None = None) -> Iterator[tuple[Sequence[int], list[list[str]]]]:
        """The numbers of the lines of up to `size` rows, and their cells, again and again.

        Raises:
            ValueError: a cell is too long.
        """
        done = 0
        while size and (most is None or done < most):
            before, batch, ends = self.reader.line_num, [], None
            try:
                batch = list(islice(self.reader, size))
            except csv.Error as error:
                number = self.reader.line_num + self.skipped
                raise ValueError(f"{self.name}, row {number} is no row of a table: {error}") from None
            if not batch:
                return
            if self.reader.line_num - before != len(batch):  # cells with line breaks
                ends = np.cumsum([1 + sum(cell.count("\n") for cell in row) for row in batch]) + before
            numbers = range(before + 1, self.reader.line_num + 1) if ends is None else ends.tolist()
            yield [number + self.skipped for number in numbers] if self.skipped else numbers, batch
            done += 1


def _lines(content: bytes, encoding: str) -> Iterator[str]:
    """The lines of a text; rulers, as databases and Markdown print them between rows, are blank."""
    lines = io.TextIOWrapper(io.BytesIO(content), encoding, errors="replace", newline="")
    return (_RULER.sub(r"\1", line) if "---" in line or "===" in line else line for line in lines)


def _comments(rows: list[list[str]]) -> int:
    """How many comments stand above the table; the last of them is the header if it has as many cells as the rows."""
    count = 0
    while count < len(rows) and (not rows[count] or rows[count][0].startswith("#")):
        count += 1
    if (
        0 < count < len(rows)
        and len(rows[count - 1]) == len(rows[count]) > 1
        and any(header.kind(cell) == "v" for cell in rows[count])
    ):
        return count - 1
    return count if count < len(rows) else 0


def _table(name: str, rows: Rows, names: list[str], *, foreign: bool) -> pd.DataFrame:
    """The rows below the header; a short one has gaps at its end, a long one is an error unless it is a footer.

    Args:
        foreign: whether there may be digits of other scripts.
    """
    width, last = len(names), 0
    lines: list[np.ndarray] = []
    chunks: list[list[pd.api.extensions.ExtensionArray]] = []
    long: list[tuple[int, list[str]]] = []
    written: set[int] = set()  # columns with letters or digits beyond ASCII
    for numbers, batch in rows.batches(_CHUNK):
        if any(len(row) != width for row in batch):
            full = [number for number, row in zip(numbers, batch, strict=True) if len(row) == width]
            last = full[-1] if full else last
            numbers, batch, longer = _even(numbers, batch, width)
            long += longer
        elif batch:
            last = numbers[-1]
        if foreign:
            columns = enumerate(zip(*batch, strict=True))
            written |= {at for at, column in columns if not all(map(str.isascii, column))}
        if batch:
            chunks.append([pd.array(list(column), dtype="str") for column in zip(*batch, strict=True)])
            lines.append(np.asarray(numbers))
    for number, row in long:
        if number < last or not lines:
            raise ValueError(
                f"{name}, row {number} has {len(row)} cells, the header has {width}; "
                "put quotes around a cell that holds a delimiter"
            )
    if not lines:
        raise ValueError(f"{name} has a header and no rows")
    data = {}
    for at, column in enumerate(names):
        parts = [pd.Series(chunk[at]) for chunk in chunks]
        data[column] = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
        if at in written:
            data[column] = numerals.plain(data[column])
    found = pd.DataFrame(data, index=pd.RangeIndex(len(data[names[0]]))).set_axis(np.concatenate(lines))
    found, notes = _rows_of_data(name, found)
    found.attrs[NOTES] = notes + [f"{counted(len(long), 'line')} below the table skipped"] * bool(long)
    return found


def _even(
    numbers: Sequence[int], batch: list[list[str]], width: int
) -> tuple[list[int], list[list[str]], list[tuple[int, list[str]]]]:
    """Rows of one width, without blank ones, and those that are too long."""
    kept, lines, long = [], [], []
    for number, row in zip(numbers, batch, strict=True):
        if len(row) != width:
            if not any(map(str.strip, row)):
                continue
            if any(map(str.strip, row[width:])):
                long.append((number, row))
                continue
            row = [*row[:width], *[""] * (width - len(row))]
        kept.append(row)
        lines.append(number)
    return lines, kept, long


def _rows_of_data(name: str, found: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Without blank rows, comments, and rows that repeat the header."""
    first = found.iloc[:, 0]
    comments = np.array(first.str.startswith("#"), bool)
    if comments.all():
        comments[:] = False
    repeated, blank = np.array(first == found.columns[0]), np.array(first == "")
    for column in found.columns[1:]:
        if repeated.any():
            repeated[repeated] = (found[column][repeated].str.strip() == column).to_numpy(bool)
        if blank.any():
            blank[blank] = (found[column][blank].str.strip() == "").to_numpy(bool)
    notes = [f"{counted(int(repeated.sum()), 'row')} that repeat the header skipped"] * bool(repeated.any())
    notes += [f"{counted(int(comments.sum()), 'comment')} skipped"] * bool(comments.any())
    out = comments | repeated | blank
    if out.all():
        raise ValueError(f"{name} has a header and no rows")
    return found[~out] if out.any() else found, notes
