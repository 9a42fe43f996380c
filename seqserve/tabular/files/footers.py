"""Lines below a table that are no rows of it: sources, totals, notes."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from seqserve.core.messages import counted
from seqserve.tabular.files import header
from seqserve.tabular.roles.times import Times

_MOST = 20
_COUNT = re.compile(r"\(?\d+ rows?\)?")  # as databases print it


def without(frame: pd.DataFrame, times: Times) -> tuple[pd.DataFrame, Times, list[str]]:
    """The rows up to the last that has a time, if what follows are words; and what was skipped."""
    if times.times is None or not times.times.hasnans:
        return frame, times, []
    last = int(np.flatnonzero(times.times.notna())[-1])
    below = frame.iloc[last + 1 :]
    if not 0 < len(below) <= _MOST or not all(_is_footer(row, times.columns) for _, row in below.iterrows()):
        return frame, times, []
    attrs = frame.attrs
    frame = frame.iloc[: last + 1]
    frame.attrs = attrs
    shown = " ".join(str(cell).strip() for cell in below.iloc[0] if str(cell).strip())
    note = f"{counted(len(below), 'line')} below the table skipped: {shown[:60]}"
    return frame, replace(times, times=times.times[: last + 1]), [note]


def _is_footer(row: pd.Series, columns: list[str]) -> bool:
    """Whether a row has words where the time stands, or words anywhere and no time at all."""
    cell = str(row[columns[0]]).strip()
    if cell and header.kind(cell) != "g":
        return not cell[0].isdigit()
    return any(header.kind(str(other)) == "w" or _COUNT.fullmatch(str(other).strip()) for other in row)
