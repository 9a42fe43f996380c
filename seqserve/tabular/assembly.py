"""Puts cells into series, given where each row goes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.tabular.numeric import numbers
from seqserve.tabular.roles import parts
from seqserve.tabular.roles.ids import combined
from seqserve.tabular.table import Series
from seqserve.tabular.timegrid.layout import Layout
from seqserve.tabular.timegrid.steps import Integers


def codes(frame: pd.DataFrame, ids: Sequence[str]) -> tuple[Integers, list[str | None]]:
    """The number of the series that each row belongs to, and the ids of the series, in order of first appearance."""
    if not ids:
        return np.zeros(len(frame), np.int64), [None]
    found = combined([pd.factorize(frame[column])[0] for column in ids])
    first = np.flatnonzero(~pd.Series(found).duplicated())
    labels = [parts.as_text(frame[column].iloc[first]) for column in ids]
    return found, ["/".join(cells) for cells in zip(*labels, strict=True)]


def split(frame: pd.DataFrame, columns: Sequence[str], numeric: Collection[str]) -> tuple[list[str], list[str]]:
    """The columns of numbers, and those of categories.

    Args:
        numeric: those that must be numbers.
    """
    different = list(dict.fromkeys(columns))
    of_numbers = [column for column in different if column in numeric or numbers.are_numbers(frame[column])]
    return of_numbers, [column for column in different if column not in of_numbers]


def series_of(
    layout: Layout,
    cells: Floats,
    texts: pd.DataFrame,
    labels: Sequence[str | None],
    features: Sequence[str],
    targets: int,
) -> tuple[list[Series], dict[str, list[list[str | None]]], list[str]]:
    """The series, the categories of each, and what was done.

    Args:
        cells: (rows, D), of the rows that the layout counts.
        texts: (rows), columns of categories.
        labels: the id of each code.
        features: the D columns.
        targets: how many of them are forecast, the first ones; what comes behind their last value is the future.
    """
    offsets = np.concatenate([[0], np.cumsum(layout.lengths)])
    flat = np.full((int(offsets[-1]), cells.shape[1]), np.nan)
    at = offsets[layout.series] + layout.places
    flat[at] = cells[layout.rows]
    words = {
        column: _words(found, layout.rows, at, len(flat))
        for column, found in ((str(name), texts[name]) for name in texts.columns)
    }
    series, kept = [], []
    gaps = future = 0
    for number, key in enumerate(layout.keys):
        begin, end = int(offsets[number]), int(offsets[number + 1])
        known = np.flatnonzero(np.isfinite(flat[begin:end, :targets]).any(axis=1))
        if not len(known):
            continue
        last = int(known[-1]) + 1
        times = layout.times[number] if layout.times else None
        ahead = last < end - begin
        series.append(
            Series(
                labels[int(key)],
                flat[begin : begin + last],
                None if times is None else times[:last],
                flat[begin + last : end] if ahead else None,
                times[last:] if ahead and times is not None else None,
            )
        )
        kept.append(number)
        gaps += int(np.count_nonzero(np.isnan(flat[begin : begin + last])))
        future += end - begin - last
    notes = []
    if len(kept) < len(layout.keys):
        notes.append(f"{len(layout.keys) - len(kept)} series without a value of {features[0]} left out")
    if future:
        notes.append(f"{counted(future, 'row')} behind the last value of {features[0]}: the forecast begins there")
    if gaps:
        notes.append(f"{counted(gaps, 'gap')}: each takes the value before it")
    if not series:
        raise ValueError(f"column {features[0]} holds no numbers, only gaps")
    of_series = {
        column: [[str(word) or None for word in words[column][offsets[n] : offsets[n + 1]]] for n in kept]
        for column in words
    }
    return series, of_series, notes


def _words(cells: pd.Series, rows: Integers, at: Integers, length: int) -> np.ndarray:
    words = np.full(length, "", object)
    words[at] = parts.as_text(cells).mask(numbers.gaps(parts.as_text(cells)), "").to_numpy(object)[rows]
    return words


def static(
    frame: pd.DataFrame, of_rows: Integers, keys: Integers, columns: Sequence[str], name: str
) -> dict[str, list[str | None]]:
    """Column to its cell in each series.

    Raises:
        ValueError: a column has several in one series.
    """
    found: dict[str, list[str | None]] = {}
    for column in columns:
        text = parts.as_text(frame[column]).reset_index(drop=True)
        table = pd.DataFrame({"code": of_rows, "cell": text})[~numbers.gaps(text)]
        several = table.groupby("code")["cell"].nunique()
        if (several > 1).any():
            raise ValueError(
                f"{name}: static column {column} changes within a series; name it with --known, or leave it out"
            )
        cells = table.groupby("code")["cell"].first()
        found[column] = [cells.get(int(key)) for key in keys]
    return found
