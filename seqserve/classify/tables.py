"""A user's own table as sequences: a sequence a row (wide), or a step a row (long).

What has two readings is decided by evidence in the file and said, or refused with the flag that decides it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from seqserve.classify.sequences import Sequences
from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.tabular import series_table
from seqserve.tabular.files import file_format, rows
from seqserve.tabular.numeric import numbers
from seqserve.tabular.numeric.values import Values
from seqserve.tabular.read_options import ReadOptions
from seqserve.tabular.roles import times as time_columns

Layout = Literal["auto", "wide", "long"]

_NUMBERED = re.compile(r"(.*?)[ _.\-]?(\d+)")
_CELL = re.compile(r"(\d+)x(\d+)")
_FEWEST = 3
"""Numbered columns that make a row a sequence."""


@dataclass(frozen=True)
class TableOptions:
    """How to read a table; what is left out is found by evidence.

    Args:
        layout: `wide`, a sequence a row, or `long`, a step a row.
        label: the column of labels; none: the table has none.
        id: long: columns that tell the sequences apart.
        time: long: columns that put the steps in order.
        features: columns of numbers; none means all that are left.
        group: a column; what has one cell there belongs together.
        width: wide: numbers of a step.
        decimal: `.` or `,`.
        labels: whether a label belongs to a sequence or to a step.
        streams: whether long sequences are to be cut, so that one is enough and its labels are those of steps.
        ignore: columns that are not read.
    """

    layout: Layout = "auto"
    label: str | None = "label"
    id: Sequence[str] = field(default_factory=list)
    time: Sequence[str] = field(default_factory=list)
    features: Sequence[str] = field(default_factory=list)
    group: str | None = None
    width: int | None = None
    decimal: str | None = None
    labels: Literal["auto", "sequence", "step"] = "auto"
    streams: bool = False
    ignore: Sequence[str] = field(default_factory=list)


def read(path: Path, options: TableOptions) -> Sequences:
    """Read a file of sequences, see `parse`.

    Raises:
        ValueError: see `parse`.
        OSError: there is no such file.
    """
    return parse(path.name, path.read_bytes(), options)


def parse(name: str, content: bytes, options: TableOptions) -> Sequences:
    """The sequences in the content of a file: CSV and its kin, Excel, Parquet or JSON Lines, packed or not.

    Raises:
        ValueError: it is no table, a column is not there, a cell is no number, or something has two readings; the
            message names it and says what to do.
    """
    frame = series_table.parse(name, content, ReadOptions(decimal=options.decimal))
    try:
        table = _Table(frame, name, options)
        return table.long() if _is_long(table, options) else table.wide()
    except ValueError as error:
        raise error if str(error).startswith(name) else ValueError(f"{name}: {error}") from None


def _is_long(table: _Table, options: TableOptions) -> bool:
    """Whether a row is a step.

    Raises:
        ValueError: both readings are possible.
    """
    if options.layout != "auto":
        return options.layout == "long"
    if table.ids or table.time or options.streams:
        return True
    numbered = [column for column in table.features if _NUMBERED.fullmatch(column)]
    if options.width or (len(numbered) >= _FEWEST and 2 * len(numbered) >= len(table.features)):
        table.report.append("each row is read as a sequence (--layout wide)")
        return False
    raise ValueError(
        "rows may be sequences or steps: say --layout wide, or name the column that tells the sequences apart with --id"
    )


class _Table:
    """The columns of a table by what they are."""

    def __init__(self, frame: pd.DataFrame, name: str, options: TableOptions) -> None:
        self.frame, self.name, self.options = frame, name, options
        self.report: list[str] = list(frame.attrs.get(rows.NOTES, []))

        def named(column: str) -> str:
            return file_format.named(frame.columns, column, name)

        self.label = None if options.label is None else named(options.label)
        self.ids, self.time = list(map(named, options.id)), list(map(named, options.time))
        self.group = None if options.group is None else named(options.group)
        ignored = map(named, options.ignore)
        alone = [column for column in (self.label, self.group) if column is not None]
        self.apart: set[str] = {*self.ids, *self.time, *ignored, *alone}
        self.features = list(map(named, options.features)) or [
            str(column) for column in frame.columns if column not in self.apart
        ]
        if both := [column for column in self.features if column in self.apart]:
            raise ValueError(f"column {both[0]} cannot be a feature and something else too")
        if not self.features:
            raise ValueError("no column is left for the values; see --features")

    def wide(self) -> Sequences:
        """Each row a sequence; gaps at its end mean that it is shorter."""
        values = self._numbers()
        self._check_names()
        features, order = self._steps_of_columns()
        found: list[Floats] = []
        for row in values[:, order].reshape(len(values), -1, len(features)):
            known = np.flatnonzero(~np.isnan(row).all(axis=1))
            found.append(row[: known[-1] + 1] if len(known) else row[:0])
        if any(len(steps) < len(order) // len(features) for steps in found):
            self.report.append("gaps at the end of a row are taken for the end of its sequence")
        return Sequences(
            found,
            features,
            [f"{self.name}, row {number}" for number in self.frame.index],
            None if self.label is None else [[label] for label in self._words(self.label)],
            groups=None if self.group is None else self._words(self.group),
            report=self.report,
        )

    def long(self) -> Sequences:
        """Each row a step; rows of one id are a sequence, in the order of time."""
        values = self._numbers()
        codes, names = self._sequences()
        rows = np.lexsort((self._order(), codes))
        labels = None if self.label is None else np.array(self._words(self.label), dtype=object)
        groups = None if self.group is None else self._words(self.group)
        found: list[Floats] = []
        places, of_steps, of_groups = [], [], []
        for key, mine in zip(names, np.split(rows, np.cumsum(np.bincount(codes))[:-1]), strict=True):
            found.append(values[mine])
            places.append(f"{self.name}, {'/'.join(map(str, key))}" if key else self.name)
            of_steps.append([] if labels is None else labels[mine].tolist())
            if groups is not None:
                of_groups.append(self._only(places[-1], {groups[row] for row in mine}))
        per_step = labels is not None and self._are_per_step(of_steps)
        return Sequences(
            found,
            self.features,
            places,
            None if labels is None else of_steps if per_step else [[_first(each)] for each in of_steps],
            per_step,
            groups=None if groups is None else of_groups,
            report=self.report,
        )

    def _sequences(self) -> tuple[np.ndarray, Sequence[tuple[str, ...]]]:
        """The number of each row's sequence, and the ids of each sequence.

        Raises:
            ValueError: a row has no id, and so may be of any sequence.
        """
        if not self.ids:
            return np.zeros(len(self.frame), int), [()]
        keys = list(zip(*(self._words(column) for column in self.ids), strict=True))
        if blank := [number for number, key in zip(self.frame.index, keys, strict=True) if not all(key)]:
            raise ValueError(
                f"{counted(len(blank), 'row')} without {' or '.join(self.ids)}, the first is row {blank[0]}; fill them "
                "in, or remove the rows"
            )
        codes, names = pd.factorize(pd.Series(keys))
        return codes, list(names)

    def _are_per_step(self, labels: list[list[str]]) -> bool:
        """Whether a label is that of a step, and not of its sequence."""
        mixed = sum(len(set(each) - {""}) > 1 for each in labels)
        wanted = self.options.labels
        if wanted == "sequence" and mixed:
            raise ValueError(f"{counted(mixed, 'sequence')} with several labels; say --labels step")
        if wanted != "auto" or self.options.streams:
            return wanted == "step" or self.options.streams
        if mixed:
            self.report.append(f"{counted(mixed, 'sequence')} with several labels: each step has its own")
        else:
            self.report.append("each sequence has one label (--labels step: one a step)")
        return bool(mixed)

    def _order(self) -> np.ndarray:
        if not self.time:
            self.report.append("steps are in the order of the rows (--time names a column that says otherwise)")
            return np.arange(len(self.frame))
        if len(self.time) == 1 and numbers.are_numbers(self.frame[self.time[0]]):
            found = Values(self.frame, self.name, self.options.decimal, False, self.apart).read(self.time)[:, 0]
            if not np.isnan(found).any():
                return np.asarray(found)
        times = time_columns.find(self.frame, ReadOptions(time=self.time), self.name)
        if times.times is None or times.times.hasnans:
            raise ValueError(f"some cells of {', '.join(self.time)} are no times; correct them or leave out --time")
        self.report += times.notes
        return np.asarray(times.times.asi8)

    def _numbers(self) -> Floats:
        for column in self.features:
            cells = self.frame[column]
            if cells.dtype.kind not in "iuf" and not numbers.are_numbers(cells, 0.5) and not numbers.gaps(cells).all():
                raise ValueError(
                    f"column {column} holds no numbers; name it with --id, --time, --group or --label, leave it out "
                    "with --ignore, or name the columns of numbers with --features"
                )
        values = Values(self.frame, self.name, self.options.decimal, False, self.apart)
        found = values.read(self.features)
        self.report += values.notes
        return found

    def _check_names(self) -> None:
        """Refuse a column that stands among numbered ones and may be a label or an id in numbers.

        Raises:
            ValueError: there is one; the message names it.
        """
        other = [name for name in self.features if not (_NUMBERED.fullmatch(name) or _CELL.fullmatch(name))]
        if other and not self.options.features and len(self.features) - len(other) >= _FEWEST:
            raise ValueError(
                f"column {other[0]} is not numbered as others are, and may be no value; name what it is, leave it out "
                "with --ignore, or name the columns of values with --features"
            )

    def _words(self, column: str) -> list[str]:
        cells = self.frame[column]
        if cells.dtype.kind == "f":
            return ["" if np.isnan(cell) else str(int(cell) if cell.is_integer() else cell) for cell in cells.tolist()]
        return [str(cell).strip() for cell in cells]

    def _only(self, place: str, cells: set[str]) -> str:
        if len(cells) > 1:
            raise ValueError(f"{place} is in the groups {' and '.join(sorted(cells)[:2])}; it can be in one")
        return cells.pop()

    def _steps_of_columns(self) -> tuple[list[str], list[int]]:
        """The features of a wide table, and its columns step by step."""
        columns = self.features
        if width := self.options.width:
            if len(columns) % width:
                raise ValueError(f"{len(columns)} columns are no multiple of --width {width}")
            return [f"column {number}" for number in range(1, width + 1)], list(range(len(columns)))
        cells = [_CELL.fullmatch(column) for column in columns]
        if all(cells):
            places = [(int(cell[1]), int(cell[2])) for cell in cells if cell]
            width = max(column for _, column in places) - min(column for _, column in places) + 1
            if len(set(places)) == len(columns) and len(columns) % width == 0:
                self.report.append(f"columns are named row x column: steps of {width} numbers (--width)")
                order = sorted(range(len(columns)), key=places.__getitem__)
                return [f"column {number}" for number in range(1, width + 1)], order
        parts = [_NUMBERED.fullmatch(column) for column in columns]
        stems = Counter(part[1] if part else "" for part in parts)
        if len(stems) > 1 and all(parts) and len(set(stems.values())) == 1 and min(stems.values()) >= _FEWEST:
            order = sorted(range(len(columns)), key=lambda at: (int(parts[at][2]), list(stems).index(parts[at][1])))  # type: ignore[index]
            numbered = [sorted(int(part[2]) for part in parts if part and part[1] == stem) for stem in stems]
            if all(each == numbered[0] for each in numbered):
                names = [stem or "value" for stem in stems]
                self.report.append(f"steps of {len(names)} numbers, {', '.join(names)}, by the names of the columns")
                return names, order
        return ["value"], list(range(len(columns)))


def _first(labels: Sequence[str]) -> str:
    return next((label for label in labels if label), "")
