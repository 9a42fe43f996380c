from __future__ import annotations

import pandas as pd
import pytest

from seqserve.tabular.timegrid import steps


@pytest.mark.parametrize(
    ("alias", "season"),
    [
        *(("h", 24), ("30min", 48), ("15min", 96), ("min", 1440), ("D", 7), ("B", 5), ("W-MON", 52), ("MS", 12)),
        *(("2MS", 6), ("QS-OCT", 4), ("YS", 1), ("28D", 13), ("SMS", 24), ("6h", 4), ("5D", 1), ("7h", 1)),
    ],
)
def test_the_season_goes_with_the_frequency(alias: str, season: int) -> None:
    assert steps.of_alias(alias).season == season


@pytest.mark.parametrize("alias", ["fortnight", "", "-1D"])
def test_what_is_no_alias_is_refused(alias: str) -> None:
    with pytest.raises(ValueError, match="no pandas offset alias"):
        steps.of_alias(alias)


def test_steps_go_on_behind_a_time() -> None:
    assert list(steps.of_alias("MS").following(pd.Timestamp("2020-01-01"), 2)) == [
        pd.Timestamp("2020-02-01"),
        pd.Timestamp("2020-03-01"),
    ]
