"""The grid of a frequency: which moments lie on it, and which frequency moments have."""

from __future__ import annotations

import re
import threading
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from seqserve.core.messages import counted
from seqserve.errors import InputError
from seqserve.forecast.stamps import LAST_YEAR, short

if TYPE_CHECKING:
    import pandas as pd

# Nobody writes longer ones, and no client may fill the cache with them.
_FREQUENCY = re.compile(r"[-A-Za-z0-9.]{1,40}")
BUSINESS_DAYS = "B"
_MOST_HOLIDAYS = 0.1
"""Of business days, the share that may have no value: more are no holidays."""

_FEWEST = 3
"""Moments that a frequency can be told from."""

_RENAMED = re.compile(r"([0-9]{0,4})([A-Za-z]{1,3})(-[A-Za-z]{3}|)")
_NAMES = {"M": "ME", "Q": "QE", "A": "YE", "Y": "YE", "H": "h", "T": "min", "S": "s", "BM": "BME", "BQ": "BQE"}
_NAMES |= {"BA": "BYE", "BY": "BYE", "AS": "YS", "SM": "SME", "BAS": "BYS"}
_SEMI_MONTHLY = ("SMS", "SME")
_CALENDAR = re.compile(r"([0-9]*)B?([WMQY])[ES]?(?:-[A-Z]{3})?")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_PANDAS_ERRORS = (ValueError, OverflowError, NotImplementedError, TypeError)  # it has one for every kind of step

_warnings = threading.Lock()


def offset(frequency: str) -> Any:
    """The step forwards that a pandas offset alias means.

    Raises:
        InputError: it is none.
    """
    found = _offset(frequency)
    if found is None:
        use = _today(frequency) or "one such as B, D, h, W, MS, QS"
        message = f"{short(frequency)} is no pandas offset alias; use {use}"
        raise InputError("bad_frequency", message, "frequency")
    return found


def _today(frequency: str) -> str | None:
    """What pandas calls a step today that it, or a user, calls otherwise."""
    match = _RENAMED.fullmatch(frequency)
    if match is None:
        return None
    count, unit, anchor = match.groups()
    spelled = (_NAMES.get(unit), unit.upper(), unit.lower())
    found = (f"{count}{name}{anchor.upper()}" for name in spelled if name is not None)
    return next((alias for alias in found if _offset(alias) is not None), None)


@lru_cache(maxsize=256)
def _offset(frequency: str) -> Any:
    import pandas as pd

    if not _FREQUENCY.fullmatch(frequency):
        return None
    try:
        with _warnings, warnings.catch_warnings(record=True) as deprecated:
            warnings.simplefilter("always")
            found: Any = pd.tseries.frequencies.to_offset(frequency)
    except (ValueError, OverflowError):
        return None
    # a deprecated alias would work today and fail tomorrow
    return None if deprecated or found.n < 1 else found


def check_anchor(time: Any, frequency: str, field: str) -> None:
    """Check that a moment lies on a frequency, so that no answer is shifted.

    Args:
        field: `start`, `end` or `timestamps`.

    Raises:
        InputError: it does not; the nearest that do are named.
    """
    step = offset(frequency)
    if step.is_on_offset(time):
        return
    message = f"{_told(time)} is not on frequency {frequency}"
    try:
        before, after = step.rollback(time), step.rollforward(time)
        message += f"; the nearest that are: {_told(before)} and {_told(after)}"
    except _PANDAS_ERRORS:
        pass
    other = _fitting(time, frequency)
    tail = f"; send one of them, or frequency {other}" if other else "; send one of them"
    raise InputError(f"bad_{field}", message + tail, field)


def _told(time: Any) -> str:
    """A moment with its day of the week."""
    text = time.isoformat(sep=" ", timespec="minutes").removesuffix(" 00:00")
    return f"{_DAYS[time.day_of_week]} {text}"


def _fitting(time: Any, frequency: str) -> str | None:
    """A frequency like the one given that a moment lies on."""
    match = _CALENDAR.fullmatch(frequency)
    if match is None:
        return None
    count, unit = match.groups()
    if unit == "W":
        return f"{count}W-{_DAYS[time.day_of_week][:3].upper()}"
    anchor = "" if unit == "M" else f"-{_MONTHS[time.month - 1]}"
    others = (f"{count}{form.format(unit)}{anchor}" for form in ("{}E", "{}S", "B{}E", "B{}S"))
    return next((other for other in others if offset(other).is_on_offset(time)), None)


def infer(times: pd.DatetimeIndex) -> tuple[str, list[str]]:
    """The frequency of moments in order, and what had to be guessed.

    Raises:
        InputError: they are too few, or not regular; it says where.
    """
    if len(times) < _FEWEST:
        message = f"{counted(len(times), 'timestamp')} cannot say the frequency; send frequency too"
        raise InputError("bad_timestamps", message, "timestamps")
    found = _inferred(times)
    if found == "D" and _is_business(times):
        guess = "timestamps of one working week: read as every day (D); send frequency B for business days"
        return found, [guess]
    if found is not None:
        return found, []
    for alias in _SEMI_MONTHLY:
        if offset(alias).is_on_offset(times[0]) and (_from(times[0], alias, len(times)) == times).all():
            return alias, []
    if _is_business(times) and _weeks_differ(times):
        missing = _holidays(times)
        if missing is not None:
            return BUSINESS_DAYS, [missing]
    raise _irregular(times)


def check_regular(times: pd.DatetimeIndex, frequency: str) -> list[str]:
    """Check that moments in order are the steps of a frequency; returns what was taken for granted.

    Business days may be missing, as holidays are.

    Raises:
        InputError: one is not; it says which.
    """
    if frequency == BUSINESS_DAYS and _is_business(times):
        missing = _holidays(times)
        if missing is not None:
            return [missing] if missing else []
    else:
        expected = _from(times[0], frequency, len(times))
        wrong = np.flatnonzero(np.asarray(expected != times))
        if not len(wrong):
            return []
        if offset(frequency).is_on_offset(times[0]):
            place = int(wrong[0])
            message = f"step {place} is {times[place]}, after {times[place - 1]} frequency {frequency} has"
            detail = f"{expected[place]}; send null for a value that is missing, with its timestamp"
            raise InputError("bad_timestamps", f"{message} {detail}", "timestamps")
    check_anchor(times[0], frequency, "timestamps")
    raise _irregular(times)


def check_order(times: pd.DatetimeIndex) -> None:
    """Check that moments are in order, each once.

    Raises:
        InputError: they are not; it says where.
    """
    back = np.flatnonzero(np.asarray(times[1:] <= times[:-1]))
    if not len(back):
        return
    place = int(back[0]) + 1
    how = "again" if times[place] == times[place - 1] else f"after {times[place - 1]}"
    message = f"step {place} is {times[place]} {how}; send the steps in order of time, each once"
    raise InputError("bad_timestamps", message, "timestamps")


def following(time: Any, frequency: str, steps: int, horizon: int, field: str) -> pd.DatetimeIndex:
    """The `horizon` moments from `steps` behind a moment on.

    Raises:
        InputError: they lie past the calendar.
    """
    import pandas as pd

    step = offset(frequency)
    try:
        # a jump over the history, whose length a client chooses; pandas would list its every step
        times = pd.date_range(time + steps * step, periods=horizon, freq=step)
        past = times[-1].year > LAST_YEAR
    except _PANDAS_ERRORS:
        past = True
    if past:
        raise InputError(f"bad_{field}", "the timestamps would lie past the calendar's end", field)
    return times


def preceding(time: Any, frequency: str, steps: int, field: str) -> pd.DatetimeIndex:
    """The `steps` moments up to a moment.

    Raises:
        InputError: they lie before the calendar.
    """
    import pandas as pd

    try:
        times = pd.date_range(end=time, periods=steps, freq=offset(frequency))
        before = times[0].year < 1
    except _PANDAS_ERRORS:
        before = True
    if before:
        raise InputError(f"bad_{field}", "the timestamps would lie before the calendar's begin", field)
    return times


def _inferred(times: pd.DatetimeIndex) -> str | None:
    """What pandas says."""
    import pandas as pd

    with _warnings, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it will return an offset some day
        found: Any = pd.infer_freq(times)
    alias = getattr(found, "freqstr", found)
    return None if alias is None or _offset(alias) is None else alias


def _is_business(times: pd.DatetimeIndex) -> bool:
    apart = np.diff(np.asarray(times.tz_localize(None)))
    return bool((times.day_of_week < 5).all() and (apart >= np.timedelta64(1, "D")).all())


def _weeks_differ(times: pd.DatetimeIndex) -> bool:
    """Whether a weekend lies between moments: without one, a day that is missing need not be a holiday."""
    mondays = times[[0, -1]].tz_localize(None).to_period("W")
    return bool(mondays[0] != mondays[1])


def _holidays(times: pd.DatetimeIndex) -> str | None:
    """What to say of the business days between moments that have none; nothing to say is empty, too many are None."""
    days = np.asarray(times.tz_localize(None).normalize()).astype("datetime64[D]")
    missing = int(np.busday_count(days[0], days[-1])) + 1 - len(days)
    if missing > max(1, _MOST_HOLIDAYS * len(days)):
        return None
    return f"{counted(missing, 'business day')} without a value, taken for holidays" if missing else ""


def _from(time: Any, frequency: str, count: int) -> pd.DatetimeIndex:
    import pandas as pd

    try:
        return pd.date_range(time, periods=count, freq=offset(frequency))
    except _PANDAS_ERRORS:
        raise InputError("bad_frequency", f"frequency {frequency} leads past the calendar", "frequency") from None


def _irregular(times: pd.DatetimeIndex) -> InputError:
    """Where the steps are not as the most are."""
    sizes = np.diff(np.asarray(times.tz_localize(None)))
    kinds, counts = np.unique(sizes, return_counts=True)
    place = int(np.flatnonzero(sizes != kinds[counts.argmax()])[0]) + 1 if len(kinds) > 1 else 1
    message = f"the steps are not regular: see step {place}, {times[place]} after {times[place - 1]}"
    detail = "send null for values that are missing, with their timestamps, and frequency if it cannot be told"
    return InputError("bad_timestamps", f"{message}; {detail}", "timestamps")
