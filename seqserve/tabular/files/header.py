"""Finds the names of the columns among titles, units and several rows of a header."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from seqserve.tabular.dates import clock, day_forms
from seqserve.tabular.dates import names as date_names
from seqserve.tabular.numeric import numbers
from seqserve.tabular.numeric.numbers import CURRENCY, GAPS
from seqserve.tabular.read_options import ReadOptions

_NUMBER = re.compile(
    rf"[<>≤≥~]?[(+\-−]?\s*{CURRENCY}?\s*[+\-−]?[\d.,]*\d[\d.,'’\s\u00a0\u2009\u202f]*(?:[eE][+-]?\d+)?\s?"
    r"[^\s\d]{0,6}\)?-?"
)
_CLOCK = re.compile(r"\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?")
_UNIT = re.compile(
    r"[\[(].*[\])]|[^\w\s]|.*[°%‰²³/€$£µ].*|[YMDHhmdsy]{1,4}(?:[-/.: T][YMDHhmds]{1,4})+|deg ?[CFK]?|[KCF]"
    r"|[kMG]?W(?:h|p)?|[mcdk]?m|[kmM]?g|h|s|min|EUR|USD|GBP|hPa|pcs|units?|Stk\.?"
    r"|[Vv]olts?|[Dd]eg(?:rees?)? ?[CFK]?|[Cc]elsius|k?Pa|mbar|m?[AV]|ppm|lux|TS|RN"
)
_LOGGERS = {"TOA5", "TOACI1"}  # in the first cell of what loggers of Campbell Scientific write
_STATISTIC = re.compile(r"min|max|avg|mean|smp|tot|std|med|sum", re.IGNORECASE)


@dataclass(frozen=True)
class Header:
    """Where a table begins in a file.

    Args:
        names: of the columns.
        above: how many of the rows belong to it or stand above it.
        notes: what was skipped, one sentence each.
    """

    names: list[str]
    above: int
    notes: list[str] = field(default_factory=list)


class NoHeaderError(ValueError):
    """A table without names above its columns."""


def first(name: str, rows: Sequence[Sequence[str]], options: ReadOptions) -> Header:
    """The header of a file, given its first rows, as the options say, or else as `locate` finds it.

    Raises:
        ValueError: as `locate`.
    """
    if options.header is False:
        width = _width([row for row in rows if any(map(str.strip, row))])
        names = ["value"] if width == 1 else [f"column {number}" for number in range(1, width + 1)]
        return Header(names, 0, ["there are no names above the columns, so they are called by number"])
    if options.header or options.skip_rows is not None:
        return Header(names_of(name, rows[0]), 1)
    return locate(name, rows)


def locate(name: str, rows: Sequence[Sequence[str]]) -> Header:
    """The header of a file, given its first rows, blank ones included.

    It is what stands directly above the first row of values.

    Raises:
        NoHeaderError: nothing stands there.
        ValueError: two columns have one name.
    """
    filled = [row for row in rows if any(map(str.strip, row))]
    if not filled:
        raise ValueError(f"{name} is empty")
    width = _width(filled)
    typed = _typed(filled, width)
    first = next((at for at, row in enumerate(rows) if _is_body(row, typed)), None) if typed else None
    if first is None:
        at = next(at for at, row in enumerate(rows) if len(row) >= width and any(map(str.strip, row)))
        return Header(names_of(name, rows[at]), at + 1)
    if first and "v" in _kinds(rows[first - 1], typed):  # rows that have words among values may stand above
        first = next((at for at in range(1, first) if _is_below_names(rows, at, typed)), first)
    block = _block(rows, first)
    row = rows[first]
    if not block or (max(map(len, block)) < len(row) and _is_sequence(row)):
        if _is_sequence(row):
            return Header(names_of(name, row), first + 1)
        shown = ", ".join(row)[:80]
        raise NoHeaderError(
            f"{name} has no header: its first row is {shown}; put names above the columns, or say --no-header"
        )
    names, notes, used = _merged(block)
    skipped = sum(1 for row in rows[:first] if any(map(str.strip, row))) - used
    if skipped:
        notes.append(f"{skipped} line{'s' * (skipped > 1)} above the names of the columns skipped")
    return Header(names_of(name, _fitted(names, rows[first:], width)), first, notes)


def names_of(name: str, row: Sequence[str]) -> list[str]:
    """The names in a row; a column without one is called by its number.

    Raises:
        ValueError: two are the same.
    """
    names = [normal(cell) or f"column {number}" for number, cell in enumerate(row, 1)]
    repeated = [column for column, count in Counter(names).items() if count > 1]
    if repeated:
        raise ValueError(f"{name} has two columns named {repeated[0]!r}; rename one")
    return names


def normal(cell: str) -> str:
    """A name with accents as single letters and single blanks, as others write it."""
    return " ".join(unicodedata.normalize("NFC", cell).strip().lstrip("#\ufeff").split())


@lru_cache(maxsize=65536)
def kind(cell: str) -> str:
    """`v` for a number or a date, `g` for a gap, `w` for words."""
    text = cell.strip()
    if text.lower() in GAPS:
        return "g"
    if not any(map(str.isdigit, text)):
        return "w"
    if len(text) <= 40 and _NUMBER.fullmatch(text):
        return "v"
    return "v" if is_date(text) else "w"


def is_date(cell: str) -> bool:
    """Whether a cell by itself is a date or a time of day, in some order of its parts."""
    split = clock.split(cell.strip())
    if split is None or len(cell) > 60:
        return False
    if not split.day:
        return split.microseconds is not None
    try:
        return bool(day_forms.readings(split.day, day_forms.Vocabulary([split.day], weekdays=False)))
    except ValueError:  # a month, though by itself it does not tell which
        return True


def _width(rows: Sequence[Sequence[str]]) -> int:
    """How many cells most rows have, the last ones rather than the first."""
    counts = Counter(map(len, rows))
    return max(counts, key=lambda width: (counts[width], width))


def _typed(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """The columns that hold values rather than words."""
    found = []
    rows = [row for row in rows if len(row) == width]
    for column in range(width):
        kinds = Counter(kind(row[column]) for row in rows)
        if kinds["v"] and kinds["v"] >= kinds["w"]:
            found.append(column)
    return found


def _is_body(row: Sequence[str], typed: Sequence[int]) -> bool:
    kinds = _kinds(row, typed)
    return "v" in kinds and "w" not in kinds


def _kinds(row: Sequence[str], typed: Sequence[int]) -> set[str]:
    return {kind(row[column]) if column < len(row) else "g" for column in typed}


def _is_below_names(rows: Sequence[Sequence[str]], at: int, typed: Sequence[int]) -> bool:
    """Whether a row has a value, and words alone above each column of values."""
    return "v" in _kinds(rows[at], typed) and _kinds(rows[at - 1], typed) == {"w"}


def _block(rows: Sequence[Sequence[str]], first: int) -> list[Sequence[str]]:
    """The rows directly above the first row of values, without titles, which have one cell."""
    block: list[Sequence[str]] = []
    for row in reversed(rows[:first]):
        if not any(map(str.strip, row)):
            if block:
                break
            continue
        block.insert(0, row)
    while len(block) > 1 and _filled(block[0]) == 1 and len(block[-1]) > 1:
        block.pop(0)
    return block


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _merged(block: list[Sequence[str]]) -> tuple[list[str], list[str], int]:
    """One name a column out of the rows of a header, what is to be said, and how many rows it was made of."""
    if len(block) == 1:
        return list(block[0]), [], 1
    last = block[-1]
    if len(last) > 1 and _filled(last) == 1 and last[0].strip() and _filled(block[-2]) > 1:  # as pandas writes levels
        return [last[0], *_joined(block[:-1])[1:]], [f"the {len(block)} rows of the header are one"], len(block)
    if block[0][0].strip().lstrip("\ufeff") in _LOGGERS:
        return list(block[1]), ["the first line describes a data logger, its names stand in the second"], len(block)
    at = len(block) - 1
    while at and _are_units(block[at], block[at - 1]):
        at -= 1
    names = [cell.strip() for cell in block[at]]
    different = len({name for name in names if name}) == _filled(names)
    if at < len(block) - 1 and different:
        shown = [cell for row in block[at + 1 :] for cell in row if cell.strip()]
        return names, [f"what stands below the names is units: {', '.join(shown)[:80]}"], len(block) - at
    names = [cell.strip() for cell in last]
    if all(names) and len(set(names)) == len(names):
        return names, [], 1
    return _joined(block), [f"the {len(block)} rows of the header are one"], len(block)


def _are_units(row: Sequence[str], names: Sequence[str]) -> bool:
    cells = [cell.strip() for cell in row if cell.strip()]
    named = sum(1 for cell, name in zip(row, names, strict=False) if cell.strip() and name.strip())
    return (
        named == len(cells)
        and _filled(names) >= len(cells)
        and all(_UNIT.fullmatch(cell) or _STATISTIC.fullmatch(cell) for cell in cells)
    )


def _joined(levels: list[Sequence[str]]) -> list[str]:
    """The names of several levels, those left out that are the same in every column."""
    width = max(map(len, levels))
    filled = []
    for level in levels:
        cells = [*map(str.strip, level), *[""] * (width - len(level))]
        if _filled(cells) < width - 1:  # a name stands above the first of the columns that it is for
            for at in range(2, width):
                cells[at] = cells[at] or cells[at - 1]
        filled.append(cells)
    telling = [cells for cells in filled if len(set(cells[1:])) > 1] or filled[:1]
    names = [" ".join(dict.fromkeys(cells[at] for cells in telling if cells[at])) for at in range(width)]
    return [name or next((cells[at] for cells in filled if cells[at]), "") for at, name in enumerate(names)]


def _fitted(names: list[str], body: Sequence[Sequence[str]], width: int) -> list[str]:
    """Names for each column where one is missing: of the row names that R writes, or of a time behind its date."""
    rows = [row for row in body if len(row) == width]
    if len(names) != width - 1 or not rows or not any(row[-1].strip() for row in rows):
        return names
    for at in range(width - 1):
        if is_date(rows[0][at]) and _CLOCK.fullmatch(rows[0][at + 1].strip()):
            return [*names[: at + 1], "time of day", *names[at + 1 :]]
    if date_names.is_named(names[0]) and is_date(rows[0][0]):
        return names  # the cell too much is further right: a fraction behind a decimal comma
    labels = [row[0].strip() for row in rows]
    if _counts(labels) or kind(labels[0]) == "w" or (is_date(labels[0]) and not numbers.is_number(labels[0])):
        return ["", *names]
    return names


def _counts(labels: Sequence[str]) -> bool:
    if len(labels) < 3 or not all(map(str.isdecimal, labels)):
        return False
    return all(int(later) - int(earlier) == 1 for earlier, later in pairwise(labels))


def _is_sequence(row: Sequence[str]) -> bool:
    """Whether a row is names such as `country, 2000, 2001, 2002`: numbers or dates that go on."""
    cells = [cell.strip() for cell in row]
    values = [cell for cell in cells if kind(cell) == "v"]
    if len(values) < 3 or kind(cells[0]) == "v":
        return False
    if all(map(str.isdecimal, values)):
        steps = {int(later) - int(earlier) for earlier, later in pairwise(values)}
        return len(steps) == 1 and steps != {0}
    return all(is_date(cell) and not numbers.is_number(cell) for cell in values)
