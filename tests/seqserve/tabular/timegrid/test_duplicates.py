from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seqserve.tabular.timegrid import duplicates

TIMES = pd.date_range("2020-01-01", periods=200)
ONE = np.zeros(201, np.int64)


def kept(times: pd.DatetimeIndex, values: list[float]) -> duplicates.Kept:
    return duplicates.without(times, ONE[: len(times)], np.array(values, float)[:, None], [], "own.csv")


def test_times_that_are_there_once_stay() -> None:
    assert kept(TIMES, list(range(200))).rows.all()


def test_a_row_that_repeats_another_goes_and_of_two_that_differ_the_last_stays() -> None:
    same = kept(TIMES.append(TIMES[:1]), [*range(200), 0])
    assert (list(np.flatnonzero(~same.rows)), same.notes) == ([0], ["1 row that repeat another dropped"])
    differs = kept(TIMES.append(TIMES[:1]), [*range(200), 7])
    assert list(np.flatnonzero(~differs.rows)) == [0]
    assert "the last of each kept" in differs.notes[0]


def test_many_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match=r"own\.csv: 20 rows of 40 repeat a time .* --id"):
        kept(TIMES[:20].append(TIMES[:20]), list(range(40)))


def test_the_same_times_of_two_series_are_none_twice() -> None:
    codes = np.repeat([0, 1], 20)
    found = duplicates.without(TIMES[:20].append(TIMES[:20]), codes, np.arange(40.0)[:, None], ["id"], "own.csv")
    assert found.rows.all()
