"""Timestamps of forecast steps, from the start and the frequency of the history."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import Any

from seqserve.errors import InputError


@lru_cache(maxsize=1024)
def following(start: str, frequency: str, steps: int, horizon: int) -> tuple[str, ...]:
    """The `horizon` timestamps behind a history of `steps` that begins at `start`.

    Args:
        start: a date or time, ISO 8601.
        frequency: a pandas offset alias, such as `B` (business days), `D`, `h`, `W-SUN`, `MS`.

    Returns:
        Dates (`2017-01-03`) where every timestamp is midnight, else times (`2017-01-03T14:00:00`).

    Raises:
        InputError: one of the two cannot be read, or leads past the calendar.
    """
    import pandas as pd  # here, because it takes half a second and few clients ask for timestamps

    first = pd.to_datetime(start, errors="coerce")
    if pd.isna(first):
        raise InputError("bad_start", f"{_short(start)} is no date or time; write one as 2016-12-28", "start")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a deprecated alias would work today and fail tomorrow
            offset: Any = pd.tseries.frequencies.to_offset(frequency)
    except (ValueError, Warning):
        offset = None
    if offset is None or offset.n < 1:
        message = f"{_short(frequency)} is no pandas offset alias; use one such as B, D, h, W, MS, QS"
        raise InputError("bad_frequency", message, "frequency")
    try:
        times = pd.date_range(first, periods=steps + horizon, freq=offset)[steps:]
    except (ValueError, OverflowError):
        raise InputError("bad_start", "the timestamps would lie past the calendar's end", "start") from None
    days = all(time == time.normalize() for time in times)
    return tuple(time.strftime("%Y-%m-%d") if days else time.isoformat() for time in times)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
