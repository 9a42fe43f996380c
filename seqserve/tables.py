"""A user's own CSV as a clean series: dates in any format, numbers with thousands commas, rows in any order.

What was mended is counted and reported, so that nothing is changed silently.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from seqserve.windows import Floats

_GAP = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "-", "?", "."]
_BUSINESS_DAYS = "B"


@dataclass(frozen=True)
class Table:
    """A cleaned table.

    Args:
        features: the names of the D columns.
        values: (T, D), a gap is NaN; oldest first.
        times: one a step, or none if the table has no dates.
        frequency: pandas offset alias, or none if the steps are irregular.
        report: what was mended, a sentence each.
    """

    features: list[str]
    values: Floats
    times: pd.DatetimeIndex | None
    frequency: str | None
    report: list[str] = field(default_factory=list)

    def fingerprint(self) -> str:
        """SHA-256 of the cleaned numbers and their times: the same data has the same, whatever its file looked like."""
        digest = hashlib.sha256("\0".join(self.features).encode())
        digest.update(np.ascontiguousarray(self.values, dtype="<f8").tobytes())
        if self.times is not None:
            digest.update(self.times.to_numpy("datetime64[s]").astype("<i8").tobytes())
        return digest.hexdigest()


def read(path: Path, features: Sequence[str] = ()) -> Table:
    """Read a CSV or TSV file with a header.

    Args:
        features: the columns wanted; none means all that hold numbers. Case does not matter.

    Raises:
        ValueError: it is no table, a column is not there, or a cell is no number; the message names it.
    """
    frame = parse(path.name, path.read_bytes())
    return clean(frame, features, path.name)


def clean(frame: pd.DataFrame, features: Sequence[str] = (), name: str = "table") -> Table:
    """The columns wanted of a frame of strings as a series in time order, see `read`."""
    report: list[str] = []
    dates = _date_column(frame)
    wanted = [_column(frame, feature, name) for feature in features]
    wanted = wanted or [column for column in frame.columns if column != dates and _is_numeric(frame[column])]
    if not wanted:
        raise ValueError(f"{name}: no column holds numbers; the columns are {', '.join(frame.columns)}")
    values = pd.DataFrame({column: _numbers(frame[column], name) for column in wanted})
    times = None if dates is None else _dates(frame[dates])
    if times is None:
        return Table(wanted, values.to_numpy(dtype=np.float64), None, None, _gaps_reported(values, report))
    values.index = times
    if values.index.hasnans:
        report.append(f"{int(np.count_nonzero(times.isna()))} rows without a date dropped")
        values = values[values.index.notna()]
    if not values.index.is_monotonic_increasing:
        report.append("rows sorted by date")
        values = values.sort_index(kind="stable")
    repeated = values.index.duplicated(keep="last")
    if repeated.any():
        report.append(f"{int(np.count_nonzero(repeated))} rows with a repeated date dropped, the last of each kept")
        values = values[~repeated]
    frequency = _frequency(pd.DatetimeIndex(values.index))
    if frequency is not None:
        values = _missing_steps(values, frequency, report)
    index = pd.DatetimeIndex(values.index)
    return Table(wanted, values.to_numpy(dtype=np.float64), index, frequency, _gaps_reported(values, report))


def parse(name: str, content: bytes) -> pd.DataFrame:
    """The cells of a CSV or TSV file with a header, as strings.

    Raises:
        ValueError: it is no table, or has no rows.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    header = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t|", key=header.count)
    if not header.count(delimiter):
        delimiter = ","
    try:
        frame = pd.read_csv(io.StringIO(text), sep=delimiter, dtype=str, keep_default_na=False, skipinitialspace=True)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ValueError(f"{name} is no table: {error}") from None
    if frame.empty:
        raise ValueError(f"{name} has a header and no rows")
    frame.columns = frame.columns.str.strip()
    return frame


def _column(frame: pd.DataFrame, wanted: str, name: str) -> str:
    for column in frame.columns:
        if column.lower() == wanted.lower():
            return str(column)
    raise ValueError(f"{name} has no column {wanted!r}; the columns are {', '.join(frame.columns)}")


def _date_column(frame: pd.DataFrame) -> str | None:
    """The column named as a date, or else the first that is none of numbers and all of dates."""
    for column in frame.columns:
        if re.fullmatch(r"date|time|datetime|timestamp|ds|day|month|period", column.lower()):
            return str(column)
    for column in frame.columns:
        if not _is_numeric(frame[column]) and _dates(frame[column]).notna().all():
            return str(column)
    return None


def _dates(cells: pd.Series) -> pd.DatetimeIndex:
    """Parse dates; where day and month could change places, the order that leaves the rows nearest together wins."""
    text = cells.str.strip().where(~cells.isin(_GAP))
    readings: list[tuple[int, int, int, pd.DatetimeIndex]] = []
    for options in (
        {"format": "ISO8601"},
        {"format": "mixed", "dayfirst": False},
        {"format": "mixed", "dayfirst": True},
    ):
        parsed = pd.DatetimeIndex(pd.to_datetime(text, errors="coerce", utc=True, **options)).tz_localize(None)
        steps = np.abs(np.diff(parsed.dropna().asi8)).sum()
        readings.append((int(np.count_nonzero(parsed.isna())), int(steps), len(readings), parsed))
    return min(readings, key=lambda reading: reading[:3])[3]


def _is_numeric(cells: pd.Series) -> bool:
    present = cells[~cells.str.strip().isin(_GAP)]
    return len(present) > 0 and bool(_to_numbers(present).notna().all())


def _numbers(cells: pd.Series, name: str) -> Floats:
    numbers = _to_numbers(cells)
    wrong = numbers.isna() & ~cells.str.strip().isin(_GAP) | np.isinf(numbers)
    if wrong.any():
        row = int(np.argmax(wrong))
        # +2: a header, and people count rows from 1
        raise ValueError(f"{name}, row {row + 2}: {cells.iloc[row]!r} in column {cells.name} is no number")
    return numbers.to_numpy(dtype=np.float64)


def _to_numbers(cells: pd.Series) -> pd.Series:
    """Numbers without currency signs and thousands separators; `1.234,5` and `3,5` are read as a decimal comma."""
    text = cells.str.strip().str.replace(r"[$€£%\s\u00a0]", "", regex=True)
    if (
        text.str.fullmatch(r"[+-]?(\d{1,3}(\.\d{3})+|\d+),\d+").any()
        and not text.str.contains(r",\d{3}(?:[,.]|$)").any()
    ):
        text = text.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    else:
        text = text.str.replace(r",(?=\d{3})", "", regex=True)
    return pd.to_numeric(text, errors="coerce")


def _frequency(times: pd.DatetimeIndex) -> str | None:
    """The offset alias that fits the steps, holes and all."""
    if len(times) < 3:
        return None
    with pd.option_context("future.infer_freq_returns_offset", True):
        exact: Any = pd.infer_freq(times)
    if exact is not None:
        return str(exact.freqstr)
    step = pd.Series(times).diff().mode().iloc[0]
    if step == pd.Timedelta(days=1):
        return "D" if (times.day_of_week >= 5).any() else _BUSINESS_DAYS
    if step <= pd.Timedelta(days=7):
        alias = (
            pd.tseries.frequencies.to_offset(step).freqstr
            if step.days != 7
            else f"W-{times[-1].strftime('%a').upper()}"
        )
        return str(alias)
    if (times.day == 1).all():
        return {True: "MS", False: None}.get(step <= pd.Timedelta(days=31))
    return None


def _missing_steps(values: pd.DataFrame, frequency: str, report: list[str]) -> pd.DataFrame:
    """Put the missing steps of a regular series in as gaps. A missing business day is a holiday: it stays out."""
    complete = pd.date_range(values.index[0], values.index[-1], freq=frequency)
    missing = np.count_nonzero(~complete.isin(values.index))
    if not missing:
        return values
    if frequency == _BUSINESS_DAYS:
        report.append(f"{missing} business days without a row, taken for holidays")
        return values
    if not values.index.isin(complete).all():
        return values
    report.append(f"{missing} missing steps of frequency {frequency} put in as gaps")
    return values.reindex(complete)


def _gaps_reported(values: pd.DataFrame, report: list[str]) -> list[str]:
    gaps = int(values.isna().to_numpy().sum())
    if gaps:
        report.append(f"{gaps} gaps; each takes the value before it")
    return report
