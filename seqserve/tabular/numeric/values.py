"""The numbers of the columns that are wanted."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from seqserve.core.arrays import Floats
from seqserve.tabular.files.rows import DELIMITER, EXACT
from seqserve.tabular.numeric import decimals, numbers, sentinels

_SAMPLE = 2_000
_BLOCK = 100_000  # rows that are read at once: text takes much more memory than numbers


class Values:
    """Reads columns of a table as numbers.

    Args:
        frame: strings, numbers and dates.
        name: of the table, for messages.
        decimal: the mark that the user says, or none.
        dotted: whether the table's days are written as 31.12.2020.
        apart: columns that are no numbers, which say nothing of the mark.
    """

    def __init__(
        self, frame: pd.DataFrame, name: str, decimal: str | None, dotted: bool, apart: Collection[str]
    ) -> None:
        if decimal not in (None, decimals.POINT, decimals.COMMA):
            raise ValueError(f"--decimal is . or , and not {decimal!r}")
        self.frame, self.name, self.decimal, self.apart = frame, name, decimal, apart
        delimiter = frame.attrs.get(DELIMITER, ",")
        usual = {",": decimals.POINT + decimals.COMMA, " ": decimals.POINT, "  ": decimals.POINT}
        self.points_usual = "" if dotted else usual.get(delimiter, "")
        self.notes: list[str] = []

    def read(self, columns: Sequence[str]) -> Floats:
        """(rows, columns), a gap is NaN.

        Raises:
            ValueError: a cell is no number, or has two readings; the message names it.
        """
        found = np.empty((len(self.frame), len(columns)))
        for at, column in enumerate(columns):
            values, notes = sentinels.without(self._column(column), column)
            self.notes += notes
            found[:, at] = values
        return found

    def _column(self, column: str) -> Floats:
        cells = self.frame[column]
        if cells.dtype.kind in "iufb":
            return cells.to_numpy(dtype=np.float64, na_value=np.nan)
        if not pd.api.types.is_string_dtype(cells.dtype):
            raise ValueError(f"{self.name}: column {column} holds times and no numbers")
        parts = [_plain(cells.iloc[begin : begin + _BLOCK]) for begin in range(0, len(cells), _BLOCK)]
        plain, missing = (np.concatenate(found) for found in zip(*parts, strict=True))
        if np.isfinite(plain[~missing]).all() and not self._can_be_thousands(cells):
            return plain
        codes, _ = pd.factorize(cells)  # cells that are there again are read once
        first = np.unique(codes, return_index=True)[1]
        return self._written(column, cells.iloc[first], missing[first])[codes]

    def _can_be_thousands(self, cells: pd.Series) -> bool:
        """Whether every fraction has three digits: `1.125` may be more than a thousand."""
        if self.frame.attrs.get(EXACT) or self.decimal == decimals.POINT:
            return False
        sample = cells.iloc[:_SAMPLE]
        if sample.str.contains(r"\.(?:\d{0,2}|\d{4,})$", regex=True).any():
            return False
        pointed = cells[cells.str.contains(".", regex=False)]
        return len(pointed) > 0 and bool(pointed.str.fullmatch(r"\s*[+-]?[1-9]\d{0,2}(?:\.\d{3})+\s*").all())

    def _written(self, column: str, cells: pd.Series, missing: np.ndarray) -> Floats:
        written = numbers.written(cells)
        evidence = decimals.of_column(written.text)
        mark, why = self.decimal or "", ""
        if not mark:
            sisters = self._sisters(column) if evidence.ambiguous else None
            mark, why = decimals.decide(evidence, sisters, self.points_usual, column)
        found = numbers.parsed(written.text, mark)
        wrong = ~np.isfinite(found) & ~missing
        if wrong.any():
            at = int(np.argmax(wrong))
            raise ValueError(
                f"{self.name}, row {cells.index[at]}: {str(cells.iloc[at])[:40]!r} in column {column} is no number; "
                "correct it, or leave the cell empty for a gap"
            )
        if mark == decimals.COMMA or why:
            self.notes.append(f"column {column} has a {decimals.described(mark)}{': ' * bool(why)}{why}")
        self.notes += [f"column {column} is read without {note}" for note in written.notes]
        return found if written.factors is None else found * written.factors

    def _sisters(self, column: str) -> str | None:
        """The decimal mark that the other columns prove, if they agree."""
        proven: set[str] = set()
        for other in self.frame.columns:
            cells = self.frame[other]
            if other == column or other in self.apart or not pd.api.types.is_string_dtype(cells.dtype):
                continue
            if numbers.are_numbers(cells.iloc[:_SAMPLE], 0.9):
                proven |= decimals.of_column(numbers.written(cells).text).proven.keys()
        return proven.pop() if len(proven) == 1 else None


def _plain(cells: pd.Series) -> tuple[Floats, np.ndarray]:
    """Numbers as computers write them, NaN where a cell is none, and which cells say that there is none."""
    missing = numbers.gaps(cells)
    found = pd.to_numeric(cells.where(~missing, ""), errors="coerce")
    return found.to_numpy(np.float64), missing.to_numpy(bool)
