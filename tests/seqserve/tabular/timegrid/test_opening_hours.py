from __future__ import annotations

import pandas as pd

from seqserve.tabular.timegrid import frequency

HOURS = pd.date_range("2023-01-02", periods=1_500, freq="h")


def test_pandas_own_business_hours_have_an_alias() -> None:
    found = frequency.find(HOURS[(HOURS.day_of_week < 5) & (HOURS.hour >= 9) & (HOURS.hour < 17)])
    assert found is not None
    assert (found.alias, found.season, found.filled) == ("bh", 8, False)


def test_other_hours_and_days_are_told_in_words() -> None:
    found = frequency.find(HOURS[(HOURS.day_of_week < 6) & (HOURS.hour >= 8) & (HOURS.hour <= 20)])
    assert found is not None
    assert (found.alias, found.season) == (None, 13)
    assert "Mon-Sat from 08:00 to 20:00" in found.words
    days = pd.date_range("2022-01-01", periods=200)
    shop = frequency.find(days[days.day_of_week < 6])
    assert shop is not None
    assert (shop.alias, shop.season) == (None, 6)


def test_holes_by_chance_are_no_opening_hours() -> None:
    found = frequency.find(HOURS.delete(range(100, 400)))
    assert found is not None
    assert (found.alias, found.slots) == ("h", ())
