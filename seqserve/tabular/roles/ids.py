"""Finds the columns that tell the series of a long table apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from seqserve.tabular.dates import names as date_names
from seqserve.tabular.numeric import numbers
from seqserve.tabular.roles import parts
from seqserve.tabular.timegrid.steps import Integers

_CERTAIN = {"unique_id", "uniqueid", "series_id", "item_id", "series", "timeseries_id", "ts_id"}
_LIKELY = re.compile(
    "ids?|items?|series|store|shop|sku|symbol|ticker|product|station|site|sensor|meter|customer|client|region|country"
    "|state|city|location|name|code|key|nbr|nr|no|number|filiale|artikel|kunde|land|tienda|producto|magasin|produit"
    "|variable|indicator"
)
_REVISIONS = {"revision", "version", "vintage", "release", "revised"}
_FRACTION = 0.01  # of rows that may still repeat a time within a series
_MOST_COLUMNS = 4
_SAMPLE = 1_000
_MOST_CANDIDATES = 12


def find(frame: pd.DataFrame, stamps: Integers, excluded: Sequence[str]) -> list[str]:
    """The fewest columns under which no time is there twice; none if time alone does it, or nothing does.

    Args:
        stamps: (rows), the time of each, as a number.
        excluded: columns that hold time, or are to be forecast.
    """
    columns = [column for column in frame.columns if column not in excluded]
    certain = next((column for column in columns if column.lower() in _CERTAIN and _repeats(frame[column])), None)
    if certain is None and _repeated(stamps) <= _FRACTION * len(stamps):
        return []
    candidates = sorted(
        (column for column in columns if _may_tell(frame[column], column)), key=lambda column: _rank(frame, column)
    )
    found = _fewest(frame, stamps, candidates[:_MOST_CANDIDATES], certain)
    if not found:  # rows that repeat another in everything may hide it
        again = frame.reset_index(drop=True).duplicated().to_numpy(bool)
        if again.mean() > _FRACTION:
            found = _fewest(frame[~again], stamps[~again], candidates[:_MOST_CANDIDATES], certain)
    return found or ([certain] if certain else [])


def _fewest(frame: pd.DataFrame, stamps: Integers, candidates: list[str], certain: str | None) -> list[str]:
    codes = {column: pd.factorize(frame[column])[0] for column in candidates}
    most = int(np.unique(stamps, return_counts=True)[1].max())
    for size in range(1, min(_MOST_COLUMNS, len(candidates)) + 1):
        for chosen in combinations(candidates, size):
            if certain is not None and certain not in chosen:
                continue
            together = combined([codes[column] for column in chosen])
            if _repeated(together, stamps) <= _FRACTION * len(stamps) and (
                certain is not None or _is_plausible(frame, list(chosen), together, most)
            ):
                return list(chosen)
    return []


def combined(codes: Sequence[Integers]) -> Integers:
    """One code for each different combination."""
    together = np.asarray(codes[0], np.int64)
    for more in codes[1:]:
        together = together * (int(more.max()) + 1) + more
    return pd.factorize(together)[0].astype(np.int64)


def _repeated(*keys: Integers) -> int:
    """How many rows are there again."""
    together = np.asarray(pd.factorize(keys[0])[0], np.int64)
    for key in keys[1:]:
        code = pd.factorize(key)[0]
        together *= int(code.max()) + 1
        together += code
    together.sort()
    return int(np.count_nonzero(np.diff(together) == 0))


def _repeats(cells: pd.Series) -> bool:
    return cells.nunique() < len(cells)


def _may_tell(cells: pd.Series, column: str) -> bool:
    """Words, or whole numbers, some of which are there several times."""
    timed = date_names.is_named(column) or parts.role_of(column) is not None
    if (timed and not _named(column)) or date_names.words_of(column) & _REVISIONS:
        return False
    if cells.dtype.kind == "M" or isinstance(cells.dtype, pd.DatetimeTZDtype):
        return False
    sample = numbers.gaps_aside(cells.iloc[:: max(1, len(cells) // _SAMPLE)])
    if len(sample) < 0.9 * min(_SAMPLE, len(cells)) or _has_fractions(sample):
        return False
    if cells.dtype.kind in "iuf":
        if not (cells.dropna() % 1 == 0).all():
            return False
    elif (cells == "").mean() > 0.01:
        return False
    return 2 <= cells.nunique() <= 0.6 * len(cells)


def _has_fractions(cells: pd.Series) -> bool:
    if cells.dtype.kind in "iuf":
        return bool((cells % 1 != 0).any())
    return bool(cells.str.contains(r"^[+-]?\d*[.,]\d+$", regex=True).any())


def _named(column: str) -> bool:
    return any(map(_LIKELY.fullmatch, date_names.words_of(column))) or column.lower() in _CERTAIN


def _is_numeric(cells: pd.Series) -> bool:
    return cells.dtype.kind in "iuf" or numbers.are_numbers(cells.iloc[:500])


def _rank(frame: pd.DataFrame, column: str) -> int:
    if column.lower() in _CERTAIN:
        return 0
    return 1 if _named(column) else 3 if _is_numeric(frame[column]) else 2


def _is_plausible(frame: pd.DataFrame, chosen: list[str], codes: Integers, most: int) -> bool:
    """Whether columns are no values by chance: numbers without a name of ids have few different ones."""
    if not any(_is_numeric(frame[column]) and not _named(column) for column in chosen):
        return True
    count = int(codes.max()) + 1
    return count <= 3 * most and len(codes) / count >= 3
