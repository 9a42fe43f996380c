"""Dates written as one number: compact stamps, Unix times, serial days of Excel, years with a fraction."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seqserve.core.arrays import Floats
from seqserve.tabular.timegrid.steps import DAY

_YEARS = (1600, 2300)
_LIKELY = (1900, 2100)  # years of stamps that could be something else
_SERIAL_DAYS = (10_000, 80_000)  # 1927 to 2119
_EXCEL_EPOCH = pd.Timestamp("1899-12-30")  # which makes up for 29 February 1900, a day that Excel has
# What a whole number can be, by how many digits it has, the likeliest first.
_FORMS = {4: ["%Y"], 5: ["serial"], 6: ["%Y%m"], 7: ["%Y%j"], 8: ["%Y%m%d"], 9: ["s"], 15: ["us"], 18: ["ns"]}
_FORMS |= {10: ["%Y%m%d%H", "s"], 12: ["%Y%m%d%H%M", "ms"], 13: ["ms"], 14: ["%Y%m%d%H%M%S"], 16: ["us"], 19: ["ns"]}
_UNITS = {"s": 1_000_000, "ms": 1_000, "us": 1, "ns": 1}
_WORDS = {"s": "Unix times in seconds", "ms": "Unix times in milliseconds", "us": "Unix times in microseconds"}
_WORDS |= {"ns": "Unix times in nanoseconds", "serial": "serial days of Excel", "year": "years with a fraction"}
_READABLE = {"%Y": "yyyy", "%y": "yy", "%m": "mm", "%d": "dd", "%H": "HH", "%M": "MM", "%S": "SS", "%j": "ddd"}

NEEDS_NAME = {"%Y", "serial", "year", "%Y%j"}
"""Forms that numbers of other kinds often have: only the name of the column makes them dates."""


_APART = (
    (r"(0[1-9]|1[0-2])((?:19|20)\d\d)", r"\1-\2"),  # mmyyyy
    (r"(0?[1-9]|1[0-2])[.,]((?:19|20)\d\d)", r"\1-\2"),
    (r"((?:19|20)\d\d)[.,](0?[1-9]|1[0-2])", r"\1-\2"),
)


def apart(cells: pd.Series, hint: str) -> pd.Series | None:
    """Parts of a date that stand together, with hyphens between them; none if they are no such parts.

    Args:
        cells: digits, perhaps with a fraction, or empty; as strings.
        hint: what the column is named for, `week`, `quarter` or nothing.
    """
    present = cells[cells != ""]
    weeks = present.str.extract(r"^(?:19|20)\d\d([0-4]\d|5[0-3])$")[0].astype(np.float64)
    if weeks.notna().all() and (hint == "week" or weeks.max() > 12):
        return cells.str.replace(r"^(\d{4})", r"\1-W", regex=True)
    if present.str.contains(r"\.0\d$", regex=True).any():
        cells = cells.str.replace(r"\.1$", ".10", regex=True)  # of a number that has lost its last 0
    for form, hyphened in _APART:
        if cells.str.fullmatch(f"(?:{form})?").all():
            return cells.str.replace(f"^{form}$", hyphened, regex=True)
    if present.str.fullmatch(r"\d{6}").all() and not _of_form(present, "%Y%m").notna().all():
        return cells.str.replace(r"^(\d\d)(\d\d)(\d\d)$", r"\1-\2-\3", regex=True)
    return None


def read(cells: pd.Series) -> tuple[pd.DatetimeIndex, str] | None:
    """The times of digits, NaT where a cell is empty or is none, and their form; none if they are no dates.

    Args:
        cells: digits, perhaps with a fraction, or empty; as strings.
    """
    present = cells[cells != ""]
    whole = present.str.replace(r"[.,]0*$", "", regex=True)
    if whole.str.contains(r"[.,]", regex=True).any():
        return _fractions(cells)
    sizes = whole.str.len()
    size = int(sizes.mode().iloc[0])
    text = cells.str.replace(r"[.,]0*$", "", regex=True)
    for form in _FORMS.get(size, []):
        lengths = [size - 1, size, size + 1] if form in _UNITS else [size]  # Unix times got longer in 2001
        times = _of_form(text.where(text.str.len().isin(lengths), ""), form)
        known = times[times.notna()]
        years = known.year
        lowest, highest = _YEARS if form in ("%Y", "%Y%m", "%Y%m%d") else _LIKELY
        if len(known) >= 0.99 * len(present) and len(known) and lowest <= years.min() and years.max() <= highest:
            return times, form
    return None


def words(form: str) -> str:
    """What a form is called, such as `yyyymmdd`."""
    for code, readable in _READABLE.items():
        form = form.replace(code, readable)
    return _WORDS.get(form, form)


def _of_form(text: pd.Series, form: str) -> pd.DatetimeIndex:
    if form == "serial":
        return _serial(pd.to_numeric(text, errors="coerce").to_numpy(np.float64))
    if form in _UNITS:
        numbers = pd.to_numeric(text, errors="coerce").astype("Int64")
        scaled = numbers // 1_000 if form == "ns" else numbers * _UNITS[form]
        return pd.DatetimeIndex(pd.to_datetime(scaled, unit="us", errors="coerce")).as_unit("us")
    if not form.startswith("%Y%m%d%H"):
        return pd.DatetimeIndex(pd.to_datetime(text, format=form, errors="coerce")).as_unit("us")
    midnight = text.str[8:10] == "24"  # the end of the day
    shown = text.mask(midnight, text.str[:8] + "00" + text.str[10:])
    times = pd.DatetimeIndex(pd.to_datetime(shown, format=form, errors="coerce")).as_unit("us")
    return times.where(~midnight.to_numpy(bool), times + pd.Timedelta(days=1))


def _fractions(cells: pd.Series) -> tuple[pd.DatetimeIndex, str] | None:
    numbers = pd.to_numeric(cells.str.replace(",", ".", regex=False), errors="coerce").to_numpy(np.float64)
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return None
    if _SERIAL_DAYS[0] <= known.min() and known.max() <= _SERIAL_DAYS[1]:
        return _serial(numbers), "serial"
    if known.min() >= 1e8 and known.max() < 1e10:
        whole = np.where(np.isfinite(numbers), np.round(numbers * 1e6), np.nan)
        return pd.DatetimeIndex(pd.to_datetime(pd.Series(whole).astype("Int64"), unit="us")).as_unit("us"), "s"
    if _YEARS[0] <= known.min() and known.max() <= _YEARS[1]:
        return _years(numbers)
    return None


def _serial(numbers: Floats) -> pd.DatetimeIndex:
    inside = np.isfinite(numbers) & (numbers >= _SERIAL_DAYS[0]) & (numbers <= _SERIAL_DAYS[1])
    seconds = pd.Series(np.where(inside, np.round(numbers * DAY), np.nan)).astype("Int64")
    return pd.DatetimeIndex(_EXCEL_EPOCH + pd.to_timedelta(seconds, unit="s")).as_unit("us")


def _years(numbers: Floats) -> tuple[pd.DatetimeIndex, str] | None:
    """`1949.083` is February 1949, as R writes the times of monthly and quarterly series."""
    months = np.round(numbers * 12)
    known = np.isfinite(numbers)
    if np.abs(numbers[known] * 12 - months[known]).max() > 0.05:
        return None
    since_1970 = np.where(known, months - 1970 * 12, 0).astype("datetime64[M]").astype("datetime64[us]")
    return pd.DatetimeIndex(np.where(known, since_1970, np.datetime64("NaT"))), "year"
