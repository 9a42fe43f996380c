"""A user's own CSV as a clean series: dates in any format, numbers with thousands commas, rows in any order.

Every repair is counted and reported: nothing is changed silently.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.tabular import dates, file_format, numbers

_BUSINESS_DAYS = "B"
# More gaps than this a row are no holes: a date is wrong, or the frequency is.
_MOST_GAPS = 10
_DELIMITER = "delimiter"


@dataclass(frozen=True)
class Table:
    """A cleaned table.

    Args:
        features: the names of the D columns.
        values: (T, D), a gap is NaN; oldest first.
        times: one a step, or none if the table has no dates.
        frequency: pandas offset alias, or none if the steps are irregular.
        report: the repairs, one sentence each.
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
        OSError: there is no such file.
    """
    frame = parse(path.name, path.read_bytes())
    return clean(frame, features, path.name)


def clean(frame: pd.DataFrame, features: Sequence[str] = (), name: str = "table") -> Table:
    """The columns wanted of a frame of strings as a series in time order, see `read`."""
    report: list[str] = []
    decimal_comma = frame.attrs.get(_DELIMITER) == ";"
    dated, times = dates.columns(frame)
    wanted = list(dict.fromkeys(file_format.named(frame.columns, feature, name) for feature in features))
    wanted = wanted or [
        column for column in frame.columns if column not in dated and numbers.are_numbers(frame[column], decimal_comma)
    ]
    if not wanted:  # one with a few cells that are none is meant: say which cells
        others = [column for column in frame.columns if column not in dated]
        wanted = [column for column in others if numbers.are_mostly_numbers(frame[column], decimal_comma)]
    if not wanted:
        raise ValueError(f"{name}: no column holds numbers; the columns are {', '.join(frame.columns)}")
    values = pd.DataFrame({column: numbers.numbers(frame[column], name, decimal_comma) for column in wanted})
    frequency = None
    if times is not None:
        values = _in_order(values.set_index(times), report)
        frequency = dates.frequency(pd.DatetimeIndex(values.index))
        if frequency is not None:
            values = _missing_steps(values, frequency, report)
        times = pd.DatetimeIndex(values.index)
    report += [f"column {column} holds no dates that can be read" for column in _undated(frame, dated)]
    gaps = int(values.isna().to_numpy().sum())
    if gaps:
        report.append(f"{counted(gaps, 'gap')}: each takes the value before it")
    return Table(wanted, values.to_numpy(dtype=np.float64), times, frequency, report)


def parse(name: str, content: bytes) -> pd.DataFrame:
    """The cells of a CSV or TSV file with a header, as strings; the index is the line of each row.

    Raises:
        ValueError: it is no table, or has no rows.
    """
    text = file_format.decoded(name, content)
    delimiter = file_format.delimiter_of(name, text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        rows = ((reader.line_num, row) for row in reader)
        lines = {number: row for number, row in rows if len(row) > 1 or any(map(str.strip, row))}
    except csv.Error as error:
        raise ValueError(f"{name}, row {reader.line_num} is no row of a table: {error}") from None
    if not lines:
        raise ValueError(f"{name} is empty")
    header = file_format.header_of(name, lines.pop(next(iter(lines))))
    if not lines:
        raise ValueError(f"{name} has a header and no rows")
    for number, row in lines.items():
        if any(map(str.strip, row[len(header) :])):
            raise ValueError(
                f"{name}, row {number} has {len(row)} cells, the header has {len(header)}; "
                "put quotes around a cell that holds a delimiter"
            )
        row[len(header) :] = []
        row += [""] * (len(header) - len(row))
    frame = pd.DataFrame(list(lines.values()), index=list(lines), columns=header, dtype="str")
    frame.attrs[_DELIMITER] = delimiter
    return frame


def _undated(frame: pd.DataFrame, dated: list[str]) -> list[str]:
    """The columns that are named as if the rows could be put in order by them, and cannot."""
    named = [] if dated else [column for column in frame.columns if dates.is_named(column)]
    return [column for column in named if not numbers.are_numbers(frame[column])]


def _in_order(values: pd.DataFrame, report: list[str]) -> pd.DataFrame:
    """One row a date, oldest first."""
    dated = np.asarray(values.index.notna())
    if not dated.all():
        report.append(f"{counted(int(np.count_nonzero(~dated)), 'row')} without a date dropped")
        values = values[dated]
    if not values.index.is_monotonic_increasing:
        report.append("rows sorted by date")
        values = values.sort_index(kind="stable")
    repeated = values.index.duplicated(keep="last")
    if repeated.any():
        count = counted(int(np.count_nonzero(repeated)), "row")
        report.append(f"{count} with a repeated date dropped, the last of each kept")
        values = values[~repeated]
    return values


def _missing_steps(values: pd.DataFrame, frequency: str, report: list[str]) -> pd.DataFrame:
    """Put the missing steps of a regular series in as gaps. A missing business day is a holiday: it stays out."""
    first, last = values.index[0], values.index[-1]
    shortest = pd.Series(values.index).diff().mode().iloc[0]
    if (last - first) / shortest > _MOST_GAPS * len(values):
        report.append(
            f"{first} to {last} is far more than {len(values)} rows of frequency {frequency}; check the dates"
        )
        return values
    complete = pd.date_range(first, last, freq=frequency)
    missing = int(np.count_nonzero(~complete.isin(values.index)))
    if not missing:
        return values
    if frequency == _BUSINESS_DAYS:
        report.append(f"{counted(missing, 'business day')} without a row, taken for holidays")
        return values
    if not values.index.isin(complete).all():
        return values
    report.append(f"{counted(missing, 'missing step')} of frequency {frequency} put in as gaps")
    return values.reindex(complete)
