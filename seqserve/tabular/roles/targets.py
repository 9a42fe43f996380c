"""Chooses the column that is forecast where the user names none."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from seqserve.tabular.dates import names as date_names
from seqserve.tabular.numeric import numbers
from seqserve.tabular.roles import parts

_PREFERRED = {"y", "target", "value", "values", "obs_value", "wert", "valor", "valeur", "valore"}
_COUNTERS = {
    "",
    "index",
    "idx",
    "id",
    "no",
    "nr",
    "row",
    "rownum",
    "rowid",
    "obs",
    "n",
    "#",
    "unnamed",
    "level",
    "sno",
    "lfd",
}
_LABELS = {"id", "ids", "nbr", "code", "zip", "plz", "index", "key", "lat", "lon", "latitude", "longitude", "weekday"}
_HOUSEKEEPING = {"batt", "battery", "vbat"}  # of a data logger
_PARTS = {"dayofweek", "dow", "wday", "wochentag", "dayofmonth", "dayofyear", "weekofyear", "hourofday", "monthofyear"}
_FLAGS = {"holiday", "promo", "promotion", "onpromotion", "weekend", "flag"}
_TIMES = {"date", "datum", "datetime", "time", "timestamp", "ds", "ts", "epoch", "stamp", "trade"}
_SAMPLE = 400


def find(frame: pd.DataFrame, excluded: Collection[str], name: str) -> tuple[str, str]:
    """The column to forecast, and why.

    It is never a count of the rows, a time, or a label such as a postal code.

    Args:
        excluded: columns that are something else.

    Raises:
        ValueError: no column holds numbers.
    """
    at = np.unique(np.linspace(0, len(frame) - 1, min(_SAMPLE, len(frame))).astype(int))
    sample = frame.iloc[at]
    numeric = [column for column in frame.columns if column not in excluded and numbers.are_numbers(sample[column])]
    if not numeric:  # one with a few cells that are none is meant: the reader says which cells
        numeric = [
            column for column in frame.columns if column not in excluded and numbers.are_numbers(sample[column], 0.5)
        ]
    numeric = [column for column in numeric if not is_row_count(column, frame[column]) and not _is_time(column)]
    if not numeric:
        raise ValueError(
            f"{name}: no column holds numbers to forecast; the columns are {_listed(frame.columns)}; --target names one"
        )
    for column in numeric:
        if is_preferred(column):
            return column, "its name says so"
    values = [column for column in numeric if not _is_label(column)] or numeric
    varied = [column for column in values if not _is_flag(column, sample[column])] or values
    moving = [column for column in varied if len(varied) == 1 or not _counts(frame[column])] or varied
    moving = [column for column in moving if len(moving) == 1 or not _goes_evenly(frame[column])] or moving
    why = "the only column of numbers" if len(moving) == 1 else "the first column of numbers; --target names another"
    return moving[0], why


def is_preferred(column: str) -> bool:
    """Whether a column is named for what is forecast."""
    return column.lower() in _PREFERRED


def _is_counter_name(column: str) -> bool:
    words = date_names.words_of(column)
    return not words or words <= _COUNTERS or column.startswith("column ")


def is_row_count(column: str, cells: pd.Series) -> bool:
    """Whether a column only numbers the rows, and is named for no more."""
    return _is_counter_name(column) and _counts(cells)


def _counts(cells: pd.Series) -> bool:
    """Whether it numbers the rows: mostly one more, or one less, each."""
    if len(cells) < 3:
        return False
    step = np.diff(pd.to_numeric(cells, errors="coerce").to_numpy(np.float64))
    return bool(np.mean(step == 1) > 0.95 or np.mean(step == -1) > 0.95 or np.mean(np.abs(step) == 1) > 0.999)


def _goes_evenly(cells: pd.Series) -> bool:
    """Whether it rises or falls by the same step each row, as seconds since the start or days of any epoch."""
    steps = np.diff(pd.to_numeric(cells, errors="coerce").to_numpy(np.float64))
    usual = float(np.nanmedian(steps)) if np.isfinite(steps).any() else 0.0
    return usual != 0 and bool(np.mean(np.abs(steps - usual) < 1e-3 * abs(usual)) > 0.95)


def _is_time(column: str) -> bool:
    words = date_names.words_of(column)
    return bool(words) and words <= _TIMES


def _is_label(column: str) -> bool:
    words = date_names.words_of(column)
    name = "".join(letter for letter in column.lower() if letter.isalnum())
    return (
        bool(words & (_LABELS | _HOUSEKEEPING))
        or name in _PARTS
        or (parts.role_of(column) is not None and not _is_lowest(column))
    )


def _is_lowest(column: str) -> bool:
    """Whether `min` stands in a name for the lowest, as in `temp_min`, and not for minutes."""
    words = date_names.words_of(column)
    return "min" in words and len(words) > 1


def _is_flag(column: str, cells: pd.Series) -> bool:
    present = numbers.gaps_aside(cells)
    different = set(present.astype("str"))
    return bool(date_names.words_of(column) & _FLAGS) or different <= {"0", "1", "0.0", "1.0"} or len(different) == 1


def _listed(columns: Collection[str]) -> str:
    shown = list(columns)
    return ", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "")
