"""Takes the cells of a column apart: days, times of day and zones by themselves, each different one once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from seqserve.tabular.dates import clock
from seqserve.tabular.dates.clock import Cell
from seqserve.tabular.timegrid.steps import Integers

NO_CLOCK = -1
"""In place of microseconds: no time of day is written."""
_MANY = 10_000  # cells, from which on they are cut rather than split one by one


def take_apart(text: pd.Series) -> Parts:
    """The parts of cells."""
    return _cut(text) or _split(text)


@dataclass(frozen=True)
class Parts:
    """Cells taken apart.

    Args:
        day: (cells), the day of each, as its number in `days`.
        clock: (cells), microseconds since midnight, or `NO_CLOCK`.
        zone: (cells), the zone of each, as its number in `zones`.
    """

    day: Integers
    days: list[str]
    clock: Integers
    zone: Integers
    zones: list[int | str | None]


def _cut(text: pd.Series) -> Parts | None:
    """Many cells whose first blank stands at one place: days and times of day are few, and read once each."""
    if len(text) < _MANY:
        return None
    at = int(str(text.iloc[0]).find(" "))
    if at < 1 or not (text.str.find(" ") == at).all():
        return None
    day, days = pd.factorize(text.str[:at])
    clock_code, clocks = pd.factorize(text.str[at + 1 :])
    cells = [clock.split(f"? {written}") for written in clocks]
    if any(cell is None or cell.day != "?" or cell.microseconds is None for cell in cells):
        return None
    of_day = np.array([cell.microseconds if cell else 0 for cell in cells], np.int64)
    zone, found = pd.factorize(
        pd.Series([cell.zone if cell else None for cell in cells], dtype=object), use_na_sentinel=False
    )
    zones = [None if pd.isna(one) else one for one in found]
    return Parts(day, list(map(str, days)), of_day[clock_code], zone[clock_code], zones)


def _split(text: pd.Series) -> Parts:
    cells = [clock.split(cell) or Cell("?") for cell in text]
    day, days = pd.factorize(pd.Series([cell.day.strip() for cell in cells], dtype="str"))
    of_day = np.array([NO_CLOCK if cell.microseconds is None else cell.microseconds for cell in cells], np.int64)
    zones: dict[int | str | None, int] = {}
    zone = np.array([zones.setdefault(cell.zone, len(zones)) for cell in cells], np.int64)
    return Parts(day, list(map(str, days)), of_day, zone, list(zones))
