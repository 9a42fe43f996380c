"""Puts the times of a table into a zone: the one they have, the one the user names, or one in which they are days."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seqserve.tabular.dates import zones
from seqserve.tabular.timegrid.steps import DAY, Integers

_SHORTEST_DAY = 23 * 3_600


def in_zone(
    times: pd.DatetimeIndex | None, codes: Integers, timezone: str | None
) -> tuple[pd.DatetimeIndex | None, str | None, list[str]]:
    """The times, the zone in whose calendar they are to be counted if it is another, and what was decided.

    Args:
        times: (rows), none missing.
        codes: (rows), the series of each.
        timezone: what the user says: where times without a zone are, or in whose calendar others are counted.
    """
    if times is None:
        return None, None, []
    if times.tz is None:
        if timezone is None:
            return times, None, []
        return zones.localized(times, timezone, _which(times, codes)), None, [f"times are those of {timezone}"]
    if timezone is not None:
        zones.named(timezone)
        return times, timezone, [f"steps of days and longer are counted by the calendar of {timezone}"]
    different = times.unique().sort_values()
    steps = np.diff(different.asi8) // 1_000_000
    if len(steps) < 2 or np.median(steps) < _SHORTEST_DAY or (steps % DAY == 0).all():
        return times, None, []
    zone = zones.of_midnights(different)
    notes = [f"all times are midnight in {zone}: days are counted by its calendar"] if zone else []
    return times, zone, notes


def _which(times: pd.DatetimeIndex, codes: Integers) -> Integers:
    """Of the rows of a series with the same time, which one it is, the earlier first."""
    backwards = len(times) > 1 and times[0] > times[-1]
    table = pd.DataFrame({"code": codes, "time": times})
    if backwards:
        table = table.iloc[::-1]
    found = table.groupby(["code", "time"], sort=False).cumcount()
    return np.asarray(found.iloc[::-1] if backwards else found, np.int64)
