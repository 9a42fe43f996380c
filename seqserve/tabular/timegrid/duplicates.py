"""Times that a series has more than once: repeated rows, clocks put back, or several series without an id."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.tabular.dates import zones
from seqserve.tabular.timegrid.steps import Integers

_FEW = 0.01  # share of rows that may contradict another of the same time


@dataclass(frozen=True)
class Kept:
    """Which rows stay.

    Args:
        rows: (rows), whether each does.
        notes: what was dropped, one sentence each.
    """

    rows: np.ndarray
    notes: list[str] = field(default_factory=list)


def without(
    times: pd.DatetimeIndex | Integers | None, codes: Integers, cells: Floats, ids: list[str], name: str
) -> Kept:
    """One row for each time of a series. Of few that contradict each other the last stays.

    Args:
        times: (rows), or the number of each step, or none: then all stay.
        codes: (rows), the series of each.
        cells: (rows, D).

    Raises:
        ValueError: many rows contradict each other: a column that tells series apart is missing.
    """
    if times is None:
        return Kept(np.ones(len(codes), bool))
    at = times.asi8 if isinstance(times, pd.DatetimeIndex) else np.asarray(times)
    order = np.lexsort((np.arange(len(at)), at, codes))
    again = (np.diff(at[order]) == 0) & (np.diff(codes[order]) == 0)
    if not again.any():
        return Kept(np.ones(len(at), bool))
    one, other = order[:-1][again], order[1:][again]  # other stands below one in the file
    same = ((cells[one] == cells[other]) | (np.isnan(cells[one]) & np.isnan(cells[other]))).all(axis=1)
    kept, notes = np.ones(len(at), bool), []
    kept[one] = False
    if same.any():
        notes.append(f"{counted(int(same.sum()), 'row')} that repeat another dropped")
    against = one[~same]
    if not len(against):
        return Kept(kept, notes)
    doubled = times[against] if isinstance(times, pd.DatetimeIndex) else None
    if doubled is not None and doubled.tz is None:
        there = zones.of_clock_changes(doubled.unique())
        if there:
            hours = ", ".join(f"{hour:%Y-%m-%d %H:%M}" for hour in doubled.unique()[:3])
            notes.append(
                f"{counted(len(against), 'row')} dropped: {hours} is there twice, when clocks are put back; the "
                f"second is kept; --timezone {there[0]} (or another zone) keeps both"
            )
            return Kept(kept, notes)
    if len(against) > max(_FEW * len(at), 1) or len(against) > 0.1 * len(at):
        shown = str(times[against[0]])
        within = f" within the series that {' and '.join(ids)} tell apart" if ids else ""
        raise ValueError(
            f"{name}: {counted(len(against), 'row')} of {len(at)} repeat a time with other values{within}, "
            f"such as {shown}; if the table holds several series, name the columns that tell them apart with --id"
        )
    notes.append(f"{counted(len(against), 'row')} with a repeated date dropped, the last of each kept")
    return Kept(kept, notes)
