"""Timestamps of forecast steps, from the start and the frequency of the history."""

from __future__ import annotations

import re
import threading
import warnings
from functools import lru_cache
from typing import Any

from seqserve.errors import InputError

# Nobody writes longer ones, and no client may fill the caches with them.
_START = re.compile(r"[0-9]{4}[-0-9T:.+Z ]{0,40}")
_FREQUENCY = re.compile(r"[-A-Za-z0-9.]{1,40}")
_YEARS = range(1, 10_000)  # what dates have in Python; pandas knows more, and does less with them

_warnings = threading.Lock()


@lru_cache(maxsize=1024)
def following(start: str, frequency: str, steps: int, horizon: int) -> tuple[str, ...]:
    """The `horizon` timestamps behind a history of `steps` that begins at `start`.

    Args:
        start: a date or time, ISO 8601; the history begins at the first step of the frequency from there.
        frequency: a pandas offset alias, such as `B` (business days), `D`, `h`, `W-SUN`, `MS`.

    Returns:
        Dates (`2017-01-03`) where every timestamp is midnight, else times (`2017-01-03T14:00:00`).

    Raises:
        InputError: one of the two cannot be read, or leads past the calendar.
    """
    import pandas as pd  # here, because it takes half a second and few clients ask for timestamps

    first: Any = pd.NaT
    if _START.fullmatch(start):  # pandas would read "now" too
        first = pd.to_datetime(start, format="ISO8601", errors="coerce")
    if pd.isna(first) or first.year not in _YEARS:
        raise InputError("bad_start", f"{_short(start)} is no date or time; write one as 2016-12-28", "start")
    offset = _offset(frequency)
    if offset is None:
        message = f"{_short(frequency)} is no pandas offset alias; use one such as B, D, h, W, MS, QS"
        raise InputError("bad_frequency", message, "frequency")
    try:
        # a jump over the history, whose length a client chooses; pandas would list its every step
        begin = pd.date_range(first, periods=1, freq=offset)[0]
        times = pd.date_range(begin + steps * offset, periods=horizon, freq=offset)
        past = times[-1].year not in _YEARS
    except (ValueError, OverflowError, NotImplementedError, TypeError):  # pandas has one for every kind of step
        past = True
    if past:
        raise InputError("bad_start", "the timestamps would lie past the calendar's end", "start")
    length = len("2017-01-03") if (times == times.normalize()).all() else None
    return tuple(time.isoformat()[:length] for time in times)


@lru_cache(maxsize=256)
def _offset(frequency: str) -> Any:
    """The step forwards that an alias means, or none."""
    import pandas as pd

    if not _FREQUENCY.fullmatch(frequency):
        return None
    try:
        with _warnings, warnings.catch_warnings(record=True) as deprecated:
            warnings.simplefilter("always")
            offset: Any = pd.tseries.frequencies.to_offset(frequency)
    except (ValueError, OverflowError):
        return None
    # a deprecated alias would work today and fail tomorrow
    return None if deprecated or offset.n < 1 else offset


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
