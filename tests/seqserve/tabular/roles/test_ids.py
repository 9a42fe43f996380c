from __future__ import annotations

import numpy as np
import pandas as pd

from seqserve.tabular.roles import ids

STAMPS = np.tile(np.arange(30), 4)


def frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(list(map(str, cells)), dtype="str") for name, cells in columns.items()})


def test_the_fewest_columns_that_tell_times_apart_are_taken() -> None:
    table = frame(a=np.repeat(list("wxyz"), 30), b=np.tile(list("uv"), 60), y=np.arange(120) / 3)
    assert ids.find(table, STAMPS, []) == ["a"]
    two = frame(shop=np.repeat(list("xxyy"), 30), item=np.repeat(list("uvuv"), 30), y=np.arange(120) / 3)
    assert ids.find(two, STAMPS, []) == ["shop", "item"]


def test_a_table_of_one_series_has_none_unless_it_is_named_so() -> None:
    assert ids.find(frame(weather=["sun", "rain"] * 60), np.arange(120), []) == []
    assert ids.find(frame(unique_id=["a"] * 60 + ["b"] * 60), np.arange(120), []) == ["unique_id"]


def test_whole_numbers_that_are_values_are_none() -> None:
    assert ids.find(frame(y=np.arange(120) * 7), STAMPS, []) == []


def test_codes_are_by_first_appearance() -> None:
    assert ids.combined([np.array([1, 1, 0]), np.array([0, 1, 0])]).tolist() == [0, 1, 2]
