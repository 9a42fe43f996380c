"""The calendar as numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seqserve.forecast.panel.inputs import calendar


@pytest.mark.parametrize(
    ("frequency", "steps", "expected"),
    [
        ("h", 100, ["hour", "weekday"]),
        ("h", 24 * 800, ["hour", "weekday", "month", "year"]),
        ("D", 100, ["weekday"]),
        ("D", 800, ["weekday", "month", "year"]),
        ("W", 200, ["year"]),
        ("W", 60, []),
        ("MS", 100, []),
    ],
)
def test_what_a_series_can_tell_about(frequency: str, steps: int, expected: list[str]) -> None:
    assert calendar.chosen(pd.date_range("2020-01-01", periods=steps, freq=frequency)) == expected


def test_moments_a_period_apart_look_alike() -> None:
    times = pd.date_range("2021-01-01", periods=24 * 14, freq="h")
    found = calendar.values(times, ["hour", "weekday"])
    assert found.shape == (24 * 14, calendar.columns(["hour", "weekday"]))
    assert np.allclose(found[: 24 * 7], found[24 * 7 :])
    assert np.abs(found.mean(axis=0)).max() < 1e-9


def test_the_local_clock_counts() -> None:
    local = pd.DatetimeIndex(["2021-07-01 12:00"]).tz_localize("Europe/Berlin")
    assert np.allclose(calendar.values(local, ["hour"]), calendar.values(local.tz_localize(None), ["hour"]))
