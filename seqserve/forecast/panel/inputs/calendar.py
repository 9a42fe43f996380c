"""The calendar as a model sees it: the hour, the weekday, the part of the month and of the year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from seqserve.core.arrays import Floats

if TYPE_CHECKING:  # pandas takes half a second to load
    import pandas as pd

CalendarName = Literal["hour", "weekday", "month", "year"]

_HARMONICS = {"hour": 3, "month": 1, "year": 2}
_WEEKDAYS = 7
_DAY = 86_400.0


def columns(names: Sequence[CalendarName]) -> int:
    """How many numbers a step has."""
    return sum(_WEEKDAYS if name == "weekday" else 2 * _HARMONICS[name] for name in names)


def values(times: pd.DatetimeIndex, names: Sequence[CalendarName]) -> Floats:
    """The calendar of moments by the local clock, (T, Q), each column with a mean of about 0."""
    found = [np.zeros((len(times), 0))]
    hours = np.asarray(times.hour + times.minute / 60, dtype=np.float64)
    parts = {
        "hour": hours / 24,
        "month": (np.asarray(times.day, dtype=np.float64) - 1 + hours / 24) / np.asarray(times.days_in_month),
        "year": (np.asarray(times.day_of_year, dtype=np.float64) - 1 + hours / 24) / 365.25,
    }
    for name in names:
        if name == "weekday":
            found.append(np.eye(_WEEKDAYS)[np.asarray(times.day_of_week)] - 1 / _WEEKDAYS)
        else:
            found.append(_waves(parts[name], _HARMONICS[name]))
    return np.concatenate(found, axis=1)


def chosen(times: pd.DatetimeIndex) -> list[CalendarName]:
    """What of the calendar a series with these times can tell about; the year only if there are two of it."""
    if len(times) < 3:
        return []
    step = float(np.median(np.diff(times.asi8.astype(np.float64)))) * _unit(times)
    span = (times[-1] - times[0]).total_seconds()
    found: list[CalendarName] = []
    if step < _DAY:
        found.append("hour")
    if step < 2 * _DAY:
        found.append("weekday")
    if step < 2 * _DAY and span > 180 * _DAY:
        found.append("month")
    if step < 20 * _DAY and span > 2 * 366 * _DAY:
        found.append("year")
    return found


def _unit(times: pd.DatetimeIndex) -> float:
    """Seconds in a unit of the index."""
    return {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}[times.unit]


def _waves(parts: Floats, harmonics: int) -> Floats:
    angles = 2 * np.pi * parts[:, np.newaxis] * np.arange(1, harmonics + 1)
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
