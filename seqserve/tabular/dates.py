"""Dates as people write them, and the frequency of a series."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from seqserve.tabular import numbers as tabular_numbers

_NAMED = re.compile(r"(date|datum|time|datetime|timestamp|ds|day|week|month|quarter|year|period)s?", re.IGNORECASE)
_PARTS = ["year", "month", "day", "hour", "minute", "second"]

# A date whose parts are separated by slashes, the day before the month or behind it.
_YEAR_FIRST = ("%Y/%m/%d",)
_MONTH_FIRST = ("%m/%d/%Y", "%m/%d/%y")
_DAY_FIRST = ("%d/%m/%Y", "%d/%m/%y")
_WORDED = ("%d/%b/%Y", "%d/%B/%Y", "%d/%b/%y", "%b/%d/%Y", "%B/%d/%Y", "%b/%Y", "%B/%Y", "%b/%y", "%m/%Y", "%Y/%b")
_TIMES = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p")
# Whole numbers that can be dates, by how many digits they have.
_DIGITS = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d", 10: "s", 13: "ms"}
_YEARS = (1600, 2300)

# Steps of a reading may differ by this much before another order of day and month is believed.
_UNEVEN = 20


def columns(frame: pd.DataFrame) -> tuple[list[str], pd.DatetimeIndex | None]:
    """The columns that hold the dates of a table, and the dates, NaT where a cell is none.

    These are the one column that is named like a date and mostly holds dates, or the columns year,
    month, ... together, or else the first that holds nothing but dates, written with more than digits.
    """
    by_name = {column.lower(): column for column in frame.columns}
    parts = [part for part in _PARTS if part in by_name]
    if parts[:2] == _PARTS[:2]:
        chosen = [by_name[part] for part in parts]
        numbers = pd.DataFrame({part: pd.to_numeric(frame[by_name[part]], errors="coerce") for part in parts})
        times = pd.DatetimeIndex(pd.to_datetime(pd.DataFrame({"day": 1} | dict(numbers)), errors="coerce"))
        if _unread(times) < len(times) / 2:
            return chosen, times
    for column in frame.columns:
        if is_named(column):
            times = parse(frame[column])
            if _unread(times) < len(times) / 2:
                return [column], times
    for column in frame.columns:
        if not tabular_numbers.are_numbers(frame[column]):
            times = parse(frame[column])
            if not _unread(times):
                return [column], times
    return [], None


def is_named(column: str) -> bool:
    """Whether a column is named like one of dates."""
    return _NAMED.fullmatch(column) is not None


def parse(column: pd.Series) -> pd.DatetimeIndex:
    """The dates of a column of strings, NaT where a cell is none; where day and month could change places,
    the order that leaves the rows nearest together is taken.

    Times of a zone are in UTC, unless all are midnight: these are days, wherever.
    """
    text = column.str.strip().where(~tabular_numbers.gaps(column), "")
    if text[text != ""].str.fullmatch(r"\d+").all():
        return _from_digits(text)
    parts = text.str.extract(r"^(?:[A-Za-z]{3,9},\s+)?(.*?)(?:[T\s]+(\d{1,2}:\d{2}.*?)\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$")
    day = parts[0].fillna("").str.replace(r"[-/.,\s]+", "/", regex=True)
    time = _first_of(_TIMES, parts[1].fillna("").str.upper())
    clock = (time - time.normalize()).where(parts[1].notna().to_numpy(), pd.Timedelta(0))
    fixed = _first_of((*_YEAR_FIRST, *_WORDED), day)
    fixed = fixed.where(fixed.notna(), _year_and_month(day))
    readings = [fixed.where(fixed.notna(), _first_of(order, day)) for order in (_MONTH_FIRST, _DAY_FIRST)]
    found = min(readings, key=_implausibility) + clock
    zoned = parts[2].notna().to_numpy()
    if not zoned.any() or not clock[zoned & clock.notna()].to_numpy().astype("int64").any():
        return found
    return found - _offsets(parts[2])


def _first_of(formats: tuple[str, ...], text: pd.Series) -> pd.DatetimeIndex:
    """Each cell by the first format that fits it."""
    found = pd.DatetimeIndex([pd.NaT] * len(text)).as_unit("us")
    for form in formats:
        if not _unread(found):
            break
        parsed = pd.DatetimeIndex(pd.to_datetime(text, format=form, errors="coerce")).as_unit("us")
        found = found.where(found.notna(), parsed)
    return found


def _year_and_month(day: pd.Series) -> pd.DatetimeIndex:
    """`1949/01` and `2012Q3`, as the first day."""
    quarter = day.str.extract(r"^(?:(\d{4})/?[Qq]([1-4])|[Qq]([1-4])/(\d{4}))$")
    month = (quarter[1].fillna(quarter[2]).astype("float64") * 3 - 2).astype("Int64").astype("string")
    written = (quarter[0].fillna(quarter[3]) + "/" + month).astype("str").fillna("")
    return _first_of(("%Y/%m",), day.where(quarter[0].isna() & quarter[3].isna(), written))


def _from_digits(text: pd.Series) -> pd.DatetimeIndex:
    """Years, `yyyymm`, `yyyymmdd` and Unix times; all cells are of one kind."""
    nothing = pd.DatetimeIndex([pd.NaT] * len(text))
    sizes = set(text[text != ""].str.len())
    form = _DIGITS.get(sizes.pop()) if len(sizes) == 1 else None
    if form is None:
        return nothing
    if form.startswith("%"):
        times = pd.DatetimeIndex(pd.to_datetime(text, format=form, errors="coerce"))
    else:
        numbers = pd.to_numeric(text, errors="coerce").astype("float64").to_numpy()
        times = pd.DatetimeIndex((numbers * {"s": 1000, "ms": 1}[form]).astype("datetime64[ms]"))
    years = times.dropna().year
    return times if len(years) and _YEARS[0] <= years.min() and years.max() <= _YEARS[1] else nothing


def _offsets(zones: pd.Series) -> pd.TimedeltaIndex:
    signed = zones.str.extract(r"([+-])(\d{2}):?(\d{2})")
    minutes = signed[1].astype("float64") * 60 + signed[2].astype("float64")
    return pd.TimedeltaIndex(pd.to_timedelta(minutes.where(signed[0] == "+", -minutes).fillna(0), unit="min"))


def _implausibility(times: pd.DatetimeIndex) -> tuple[int, bool, float]:
    """How many cells it leaves unread; whether some step is far longer than the others; how far apart the rows are."""
    known = times.dropna()
    steps = np.diff(known.sort_values().to_numpy().astype("datetime64[s]").astype("int64"))
    steps = steps[steps > 0]
    uneven = len(steps) > 0 and bool(steps.max() > _UNEVEN * np.median(steps))
    apart = np.abs(np.diff(known.to_numpy().astype("datetime64[s]").astype("int64"))).sum()
    return _unread(times), uneven, float(apart)


def _unread(times: pd.DatetimeIndex) -> int:
    return len(times) - int(times.notna().sum())  # type: ignore[attr-defined]  # the stubs know no arrays of bool


def frequency(times: pd.DatetimeIndex) -> str | None:
    """The pandas offset alias that fits most steps, holes and all; none if the steps are irregular.

    Args:
        times: in order, none twice.
    """
    if len(times) < 3:
        return None
    steps = pd.Series(times).diff().dropna()
    step = steps.mode().iloc[0]
    if step >= pd.Timedelta(days=28):
        return _calendar_frequency(times, steps.median().days)
    if (steps == step).mean() < 0.5:
        return None
    if step == pd.Timedelta(days=1):
        weekend = (times.day_of_week >= 5).mean()  # two days of seven, where days are not business days
        return "D" if weekend > 0.1 else "B"
    if step == pd.Timedelta(days=7):
        return f"W-{times[-1].strftime('%a').upper()}"
    whole_days = step == pd.Timedelta(days=step.days)
    return f"{step.days}D" if whole_days else str(pd.tseries.frequencies.to_offset(step).freqstr)


def _calendar_frequency(times: pd.DatetimeIndex, days: int) -> str | None:
    end = "S" if (times.day == 1).all() else "E" if times.is_month_end.all() else None
    if end is None:
        return None
    month = times[-1].strftime("%b").upper()
    if days <= 31:
        return f"M{end}"
    if days <= 92 and len(set(times.month % 3)) == 1:
        return f"Q{end}-{month}"
    if 365 <= days <= 366 and len(set(times.month)) == 1:
        return f"Y{end}-{month}"
    return None
