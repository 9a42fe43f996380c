from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seqserve.tabular.dates import zones

HOURS = pd.date_range("2023-10-28", periods=60, freq="h", tz="Europe/Berlin")


def test_offsets_that_change_tell_the_zone() -> None:
    minutes = np.array([int(time.utcoffset().total_seconds() // 60) for time in HOURS], np.int64)
    found = zones.with_offsets(HOURS.tz_localize(None), minutes)
    assert (str(found.tz), list(found)) == ("Europe/Berlin", list(HOURS))


def test_one_offset_is_kept() -> None:
    found = zones.with_offsets(pd.DatetimeIndex(["2023-01-01 05:30"]), np.array([330]))
    assert found[0].isoformat() == "2023-01-01T05:30:00+05:30"


def test_midnights_tell_the_zone() -> None:
    days = pd.date_range("2023-10-01", periods=60, tz="America/New_York").tz_convert("UTC")
    assert zones.of_midnights(days) == "America/New_York"
    assert zones.of_midnights(days + pd.Timedelta(minutes=7)) is None


def test_hours_that_are_there_twice_tell_the_zones() -> None:
    assert zones.of_clock_changes(pd.DatetimeIndex(["2023-10-29 02:30"]))[0] == "Europe/Berlin"
    assert zones.of_clock_changes(pd.DatetimeIndex(["2023-10-28 02:30"])) == []


def test_a_time_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="no time in Europe/Berlin"):
        zones.localized(pd.DatetimeIndex(["2023-03-26 02:30"]), "Europe/Berlin")
    with pytest.raises(ValueError, match="'Mars' is no time zone"):
        zones.named("Mars")
