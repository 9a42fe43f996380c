"""Labels that stand only in the first row that they are for, as cells that are merged in a spreadsheet leave them."""

from __future__ import annotations

import pandas as pd

from seqserve.tabular.files import rows
from seqserve.tabular.numeric import numbers
from seqserve.tabular.roles import parts

_FEWEST_EMPTY = 0.3  # share of the cells


def filled(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with such labels in all their rows, and a note of it.

    A column of labels stands in front of one that is full and repeats itself, and together they tell each row from all
    others.
    """
    gaps = {}
    inner = None
    for column in frame.columns:
        gaps[column] = _gaps(frame[column])
        if not gaps[column].any():
            inner = column
            break
    outer = [column for column in gaps if column != inner]
    if inner is None or not outer or frame[inner].is_unique:
        return frame
    for column in outer:
        empty = gaps[column]
        if empty.iloc[0] or empty.mean() < _FEWEST_EMPTY or not _are_labels(frame[column][~empty]):
            return frame
    down = frame.assign(**{column: frame[column].where(~gaps[column]).ffill() for column in outer})
    if down.duplicated([*outer, inner]).any():
        return frame
    named = " and ".join(outer)
    note = f"empty cells of column{'s' * (len(outer) > 1)} {named} take the one above, as merged cells do"
    down.attrs = frame.attrs | {rows.NOTES: [*frame.attrs.get(rows.NOTES, []), note]}
    return down


def _gaps(cells: pd.Series) -> pd.Series:
    return numbers.gaps(cells) if pd.api.types.is_string_dtype(cells.dtype) else cells.isna()


def _are_labels(cells: pd.Series) -> bool:
    """Whether cells are years, dates or words, each other than the one above."""
    if not pd.api.types.is_string_dtype(cells.dtype) and cells.dtype.kind not in "iufM":
        return False
    text = parts.as_text(cells)
    if bool((text == text.shift()).any()):
        return False
    return cells.dtype.kind == "M" or parts.are_years(cells) or not numbers.are_numbers(text, 0.5)
