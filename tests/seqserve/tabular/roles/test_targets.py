from __future__ import annotations

import pandas as pd
import pytest

from seqserve.tabular.roles import targets


def chosen(**columns: list[object]) -> str:
    frame = pd.DataFrame({name: pd.Series(map(str, cells), dtype="str") for name, cells in columns.items()})
    return targets.find(frame, set(), "own.csv")[0]


VALUES = [5.5, 4.25, 9.5, 1.0, 7.5]
COUNT = [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("columns", "target"),
    [
        ({"x": VALUES, "y": VALUES}, "y"),
        ({"open": VALUES, "close": VALUES}, "open"),
        ({"index": COUNT, "load": VALUES}, "load"),
        ({"column 1": COUNT, "load": VALUES}, "load"),
        ({"step": COUNT, "load": VALUES}, "load"),
        ({"promo": [0, 1, 0, 0, 1], "sales": VALUES}, "sales"),
        ({"zip": [1, 1, 2, 2, 2], "sales": VALUES}, "sales"),
        ({"month": COUNT, "sales": VALUES}, "sales"),
        ({"remark": list("abcde"), "sales": VALUES}, "sales"),
        ({"sales": COUNT}, "sales"),
    ],
)
def test_the_target_is_what_is_measured(columns: dict[str, list[object]], target: str) -> None:
    assert chosen(**columns) == target


@pytest.mark.parametrize("name", ["index", "Date", "timestamp"])
def test_a_count_or_a_time_is_none(name: str) -> None:
    with pytest.raises(ValueError, match=r"own\.csv: no column holds numbers to forecast; .* --target"):
        chosen(**{name: COUNT})
