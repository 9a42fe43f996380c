from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seqserve.tabular.timegrid import frequency

ALIASES = [
    "h",
    "30min",
    "15min",
    "10s",
    "100ms",
    "D",
    "B",
    "3D",
    "14D",
    "28D",
    "W-MON",
    "W-SUN",
    "MS",
    "ME",
    "BMS",
    "BME",
]
ALIASES += ["2MS", "6MS", "SMS", "SME", "QS-OCT", "QE-DEC", "BQE-DEC", "YS-JAN", "YE-DEC", "6h"]


@pytest.mark.parametrize("alias", ALIASES)
def test_the_frequency_of_regular_steps_holes_and_all(alias: str) -> None:
    times = pd.date_range("2020-01-03", periods=60, freq=alias)
    for some in (times, times.delete([5, 6, 20])):
        steps = frequency.find(some)
        assert steps is not None
        assert steps.alias == alias
        assert steps.following(times[-1], 1)[0] == pd.date_range(times[-1], periods=2, freq=alias)[1]


def test_hours_go_on_while_clocks_are_changed_and_days_follow_the_calendar() -> None:
    for alias in ("h", "D"):
        steps = frequency.find(pd.date_range("2023-10-20", periods=300, freq=alias, tz="Europe/Berlin"))
        assert steps is not None
        assert steps.alias == alias


def test_one_stray_stamp_does_not_hide_the_steps() -> None:
    times = pd.date_range("2020-01-01", periods=100, freq="h").insert(50, pd.Timestamp("2020-01-03 01:07"))
    steps = frequency.find(times)
    assert steps is not None
    assert steps.alias == "h"


def test_irregular_steps_have_no_frequency() -> None:
    days = pd.to_timedelta([0, 1, 5, 7, 20, 22, 31, 49], unit="D")
    assert frequency.find(pd.Timestamp("2020-01-01") + days) is None
    assert frequency.find(pd.date_range("2020-01-01", periods=2)) is None


def test_jitter_is_moved_to_round_steps() -> None:
    times = pd.date_range("2020-01-01 00:30", periods=50, freq="h")
    jitter = pd.to_timedelta(np.random.default_rng(0).integers(-50, 50, 50), unit="s")
    moved = frequency.rounded(times + jitter)
    assert moved is not None
    assert list(moved) == list(times)
    assert frequency.rounded(times + jitter * 30) is None
