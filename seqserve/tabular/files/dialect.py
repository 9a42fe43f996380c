"""What stands between the cells of a file: commas, semicolons, tabs, bars, or blanks."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from seqserve.tabular.read_options import ReadOptions

_DELIMITERS = ",;\t|"
_TOP = 5  # lines that the header is among
_TOLD = re.compile(r'^\ufeff?"?sep=(.)"?\s*(?:[\r\n]|$)', re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
_WIDE_BLANKS = re.compile(r"\s{2,}|\t")
_DECIMAL_TAIL = re.compile(r"[+-]?\d+,\d+\s*")


class Reader(Protocol):
    """What `csv.reader` is: `line_num` is the line that the last row ends in."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


class BlankReader:
    """Rows whose cells are separated by blanks; a blank line has none."""

    def __init__(self, lines: Iterable[str], blanks: re.Pattern[str]) -> None:
        self.lines, self.blanks, self.line_num = iter(lines), blanks, 0

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        line = next(self.lines).strip()
        self.line_num += 1
        return self.blanks.split(line) if line else []


@dataclass(frozen=True)
class Dialect:
    """How lines are split into cells.

    Args:
        delimiter: one character; or a blank for any number of blanks, two blanks for two or more.
        quoted: whether quotes mark cells.
        told: whether the first line says the delimiter, as `sep=;` does for Excel.
    """

    delimiter: str
    quoted: bool = True
    told: bool = False

    def reader(self, lines: Iterable[str]) -> Reader:
        """The cells of each row."""
        if self.delimiter.isspace() and self.delimiter != "\t":
            return BlankReader(lines, _BLANKS if self.delimiter == " " else _WIDE_BLANKS)
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            skipinitialspace=self.delimiter != "\t",
            quoting=csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE,
        )

    @property
    def words(self) -> str:
        """For the reader."""
        named = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks", "  ": "two or more blanks"}
        return named.get(self.delimiter, repr(self.delimiter))


def told_delimiter(text: str) -> str:
    """The delimiter that the first line says, as Excel takes it, or nothing."""
    told = _TOLD.match(text[:10])
    return told[1] if told else ""


def of_head(name: str, lines: list[str], options: ReadOptions) -> Dialect:
    """The dialect of a file, told by its first lines.

    Of the delimiters that cut the most rows into as many cells each the header has most of is taken.

    Raises:
        ValueError: each line without a header may be one number or two cells.
    """
    told = told_delimiter(lines[0]) if lines else ""
    if told:
        return Dialect(told, told=True)
    lines = [line for line in lines if line.strip() and not line.startswith("#")]
    if options.header is False and all(map(_DECIMAL_TAIL.fullmatch, map(str.strip, lines))):
        if options.decimal is None:
            raise ValueError(
                f"{name}: {lines[0].strip()} may be one number or two cells; say --decimal , for one number, or "
                "--decimal . for two"
            )
        if options.decimal == ",":
            return Dialect("\t")
    delimiters = "\t" + _DELIMITERS.replace("\t", "") if name.lower().endswith((".tsv", ".tab")) else _DELIMITERS
    scored = {delimiter: _score(delimiter, lines) for delimiter in delimiters}
    best = max(scored.values(), default=(0.0, 0))
    candidates = [delimiter for delimiter in delimiters if scored[delimiter] == best and best[0] > 0]
    alike = [delimiter for delimiter in delimiters if scored[delimiter][0] >= best[0] - 0.02 and best[0] > 0]
    names = [line for line in lines[:_TOP] if not any(map(str.isdigit, line))]
    in_header = [one for one in alike if any(line.count(one) == scored[one][1] - 1 for line in names)]
    if len(alike) > 1:
        candidates = in_header if len(in_header) == 1 else [_by_contents(alike, lines)]
    if candidates and best[0] >= 0.5:
        return Dialect(candidates[0])
    blank = _blanks(lines)
    if blank is not None:
        return blank
    return Dialect(candidates[0]) if candidates else Dialect("\t" if delimiters[0] == "\t" else ",")


def _score(delimiter: str, lines: list[str]) -> tuple[float, int]:
    """Share of the rows with the most frequent number of cells, where it is two or more; and that number."""
    try:
        rows = list(Dialect(delimiter).reader(lines))
    except csv.Error:
        return 0.0, 0
    counts = Counter(len(row) for row in rows if row)
    many = {count: rows for count, rows in counts.items() if count > 1}
    if not many:
        return 0.0, 0
    width, number = max(many.items(), key=lambda item: (item[1], item[0]))
    if delimiter == "," and width == 2 and _is_one_column_of_decimals(lines):
        return 0.0, 0
    return number / sum(counts.values()), width


def _is_one_column_of_decimals(lines: list[str]) -> bool:
    """`x`, `1,5`, `2,25`: a header without a comma above numbers with decimal commas."""
    return "," not in lines[0] and all(
        _DECIMAL_TAIL.fullmatch(line.rstrip("\r\n").strip('"')) for line in lines[1:] if line.strip()
    )


def _by_contents(delimiters: list[str], lines: list[str]) -> str:
    """Of delimiters that cut equally well, the one whose cells look most like dates, numbers and words."""
    try:
        from clevercsv.detect import Detector  # an optional package that knows more kinds of cells

        found = Detector().detect("".join(lines[:60]), delimiters=delimiters, verbose=False)
    except Exception:  # it is advice: whatever fails there, the rule below holds
        found = None
    if found is not None and found.delimiter in delimiters:
        return str(found.delimiter)
    return max(delimiters, key=lambda delimiter: lines[0].count(delimiter))


def _blanks(lines: list[str]) -> Dialect | None:
    """Columns that only blanks stand between, one or several, where all rows have as many cells."""
    for blank, pattern in (("  ", _WIDE_BLANKS), (" ", _BLANKS)):
        widths = Counter(len(pattern.split(line.strip())) for line in lines)
        width, number = widths.most_common(1)[0] if widths else (1, 0)
        if width > 1 and number >= 0.9 * len(lines):
            return Dialect(blank)
    return None
