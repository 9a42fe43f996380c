"""The cells of a table as people write them: gaps, and numbers with signs, separators and decimal commas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seqserve.core.arrays import Floats

_GAPS = ["", "na", "n/a", "#n/a", "nan", "nat", "null", "none", "-", "--", "?", "."]
_ORNAMENT = r"[$€£¥%']"
_SPACE = r"[ \u00a0\u202f]"
_SPACED = rf"[+-]?[1-9]\d{{0,2}}(?:{_SPACE}\d{{3}})+(?:[.,]\d*)?"
_FEWEST_COUNTED = 10


def gaps(cells: pd.Series) -> pd.Series:
    """Which cells say that there is no value."""
    return cells.str.strip().str.lower().isin(_GAPS)


def are_numbers(cells: pd.Series, decimal_comma: bool = False) -> bool:
    """Whether every cell that is no gap is a number, and there is one."""
    present = cells[~gaps(cells)]
    return len(present) > 0 and bool(_parsed(present, decimal_comma).notna().all())


def are_mostly_numbers(cells: pd.Series, decimal_comma: bool = False) -> bool:
    """Whether more cells are numbers than are not, gaps aside."""
    present = cells[~gaps(cells)]
    return len(present) > 0 and bool(_parsed(present, decimal_comma).notna().mean() > 0.5)


def numbers(cells: pd.Series, table: str, decimal_comma: bool = False) -> Floats:
    """The numbers of a column, a gap as NaN.

    Args:
        table: its name, for the message.
        decimal_comma: how to read `1,250` where no other cell of the column tells.

    Raises:
        ValueError: a cell is neither; the message names its row, by the index, and its column.
    """
    missing = gaps(cells)
    found = _parsed(cells.where(~missing, ""), decimal_comma)
    wrong = (found.isna() & ~missing) | np.isinf(found)
    if wrong.any():
        first = int(np.argmax(wrong))
        cell = str(cells.iloc[first])
        raise ValueError(
            f"{table}, row {cells.index[first]}: {cell[:40]!r} in column {cells.name} is no number; "
            "correct it, or leave the cell empty for a gap"
        )
    return found.to_numpy(dtype=np.float64)


def _parsed(cells: pd.Series, decimal_comma: bool) -> pd.Series:
    plain = pd.to_numeric(cells, errors="coerce").astype(np.float64)
    if (plain.notna() | (cells == "")).all():
        return plain
    text = cells.str.replace(_ORNAMENT, "", regex=True).str.replace("\u2212", "-", regex=False).str.strip()
    text = text.str.replace(r"^\(\s*(.+?)\s*\)$", r"-\1", regex=True)  # as accountants write what is owed
    text = _without_spaces(text.str.replace(r"^([+-])\s+", r"\1", regex=True))
    if _has_decimal_comma(text, decimal_comma):
        text = text.str.replace(r"\.(?=\d{3}(?:\D|$))", "", regex=True).str.replace(",", ".", regex=False)
    else:
        text = text.str.replace(r"(?<=\d),(?=\d{3}(?:\D|$))", "", regex=True)
    return pd.to_numeric(text, errors="coerce").astype(np.float64)


def _without_spaces(text: pd.Series) -> pd.Series:
    """`1 234 567` without its spaces; any other space stays, and makes the cell no number."""
    first = text[text != ""].str.extract(r"^(\d+) ")[0].astype(np.float64)
    if len(first) >= _FEWEST_COUNTED and first.iloc[0] <= 1 and (first.diff().iloc[1:] == 1).all():
        return text  # the number of each row, and its value beside it
    return text.mask(text.str.fullmatch(_SPACED), text.str.replace(_SPACE, "", regex=True))


def _has_decimal_comma(text: pd.Series, otherwise: bool) -> bool:
    """Whether a column writes `3,5` for three and a half, told by a cell that can be read in one way only."""
    if text.str.contains(r",\d{3}[,.]").any():  # 1,234,567 or 1,234.5
        return False
    if text.str.contains(r"\.\d{3}[,.]|^[+-]?0\d*,").any():  # 1.234,5 or 0,125
        return True
    if text.str.contains(r",\d{3}$").any():  # 1,250
        return otherwise and not text.str.contains(".", regex=False).any()
    return bool(text.str.contains(",", regex=False).any())
