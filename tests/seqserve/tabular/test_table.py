from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seqserve.tabular.table import Series, Table
from seqserve.tabular.timegrid.steps import of_alias


def table(*series: Series, zone: str | None = None) -> Table:
    return Table(["y"], list(series), "D", 7, "y", ids=["shop"], steps=of_alias("D"), zone=zone)


ONE = Series("a", np.ones((3, 1)), pd.date_range("2024-03-29", periods=3))


def test_a_table_of_one_series_stands_for_it() -> None:
    assert table(ONE).values is ONE.values
    assert table(ONE).times is ONE.times


def test_a_table_of_several_series_is_none() -> None:
    with pytest.raises(ValueError, match="2 series, told apart by shop"):
        _ = table(ONE, ONE).values


def test_the_fingerprint_is_of_ids_values_and_times() -> None:
    others = [
        ONE,
        Series("b", ONE.values, ONE.times),
        Series("a", ONE.values * 2, ONE.times),
        Series("a", ONE.values, None),
    ]
    assert len({table(other).fingerprint() for other in others}) == 4
    assert table(ONE).fingerprint() == table(Series("a", ONE.values.copy(), ONE.times)).fingerprint()


def test_days_go_on_by_the_calendar_of_their_zone() -> None:
    utc = pd.date_range("2024-03-29", periods=3, tz="Europe/Berlin").tz_convert("UTC")
    series = Series(None, np.ones((3, 1)), utc)
    ahead = table(series, zone="Europe/Berlin").following(series, 1)
    assert ahead is not None
    assert [time.isoformat() for time in ahead] == ["2024-03-31T22:00:00+00:00"]
    assert table(Series(None, np.ones((3, 1)), None)).following(Series(None, np.ones((3, 1)), None), 1) is None
