"""Windows are held out at the end, are the same whatever the order of the series, and can be scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from seqserve.core.arrays import Floats
from training.forecast.universal.evaluation import windows
from training.forecast.universal.evaluation.windows import LONGEST_HISTORY


@dataclass(frozen=True)
class Set:
    series: Sequence[Floats]
    name: str = "some_monthly"
    frequency: str = "M"
    season: int = 12
    horizon: int = 18
    use: str = "judge"


def walks(count: int, length: int) -> list[Floats]:
    return [np.random.default_rng(seed).normal(size=length).cumsum() for seed in range(count)]


def test_a_long_series_has_three_origins_and_others_one() -> None:
    assert windows.origins(12 * 18 + 1, 12, 18) == [199, 181, 163]
    assert windows.origins(12 * 18, 12, 18) == [198]
    assert windows.origins(600, 288, 48) == [552]  # not six seasons
    assert windows.origins(18, 12, 18) == []


def test_what_is_trained_on_is_held_out_at_its_last_horizon_alone() -> None:
    series = walks(2, 400)
    assert len(windows.windows(Set(series))) == 6
    found = windows.windows(Set(series, use="train"))
    assert sorted(window.actual.sum() for window in found) == sorted(one[-18:].sum() for one in series)


def test_a_window_is_the_end_of_its_series_and_what_comes_before() -> None:
    (series,) = walks(1, 100)
    (found,) = windows.windows(Set([series]))
    assert np.array_equal(np.r_[found.history, found.actual], series)
    assert len(found.actual) == 18


def test_a_history_is_no_longer_than_it_may_be() -> None:
    found = windows.windows(Set(walks(1, LONGEST_HISTORY + 100)))
    assert [len(window.history) for window in found] == [LONGEST_HISTORY] * 3


def test_the_choice_does_not_depend_on_the_order_of_the_series() -> None:
    series = walks(30, 80)
    found = windows.windows(Set(series), 10)
    again = windows.windows(Set(series[::-1]), 10)
    assert len(found) == 10
    assert [window.digest for window in found] == [window.digest for window in again]
    assert [window.digest for window in windows.windows(Set(series), 4)] == [window.digest for window in found[:4]]


def test_the_same_end_at_another_horizon_is_another_window() -> None:
    series = walks(1, 80)
    digests = {windows.windows(Set(series, horizon=horizon))[0].digest for horizon in (6, 18)}
    assert len(digests) == 2


def test_a_series_that_is_there_twice_counts_once() -> None:
    (series,) = walks(1, 80)
    assert len(windows.windows(Set([series, series.copy()]))) == 1


def _changed(place: slice, value: float) -> Floats:
    series = walks(1, 80)[0]
    series[place] = value
    return series


@pytest.mark.parametrize(
    "series",
    [
        walks(1, 12 + 5 + 18)[0],
        np.tile(np.arange(12.0), 10),
        np.full(80, 0.1) + 1e-17 * np.arange(80),
        _changed(slice(62, 80), np.nan),
        _changed(slice(0, 62), np.nan),
        _changed(slice(62, 80), 1e6),
    ],
    ids=["short", "repeats itself", "constant", "end of gaps", "history of gaps", "far from its history"],
)
def test_what_says_nothing_about_forecasts_is_left_out(series: Floats) -> None:
    assert windows.windows(Set([series])) == []


def test_gaps_elsewhere_are_kept() -> None:
    (found,) = windows.windows(Set([_changed(slice(30, 40), np.nan)]))
    assert np.isnan(found.history).sum() == 10


def test_weekly_series_of_m4_are_scored_without_a_season() -> None:
    (found,) = windows.windows(Set(walks(1, 150), name="m4_weekly", season=52, horizon=13))
    assert (found.season, found.scale_season) == (52, 1)
    assert found.scale == pytest.approx(np.abs(np.diff(found.history)).mean())


def test_the_last_windows_are_of_every_series_in_order() -> None:
    series = [np.ones(40), *walks(2, 50)]
    found = windows.last_windows(Set(series))
    assert [len(window.history) for window in found] == [22, 32, 32]
    assert all(np.array_equal(window.actual, one[-18:]) for window, one in zip(found, series, strict=True))


@pytest.mark.parametrize(
    ("name", "row"),
    [("Y", "Y"), ("YS-JAN", "Y"), ("QE-DEC", "Q"), ("MS", "M"), ("ME", "M"), ("W-SUN", "W"), ("B", "D"), ("D", "D"),
     ("h", "sub-daily"), ("15min", "sub-daily"), ("30min", "sub-daily"), ("other", "other"), ("4W", "W")],
)  # fmt: skip
def test_the_row_of_a_frequency(name: str, row: str) -> None:
    assert windows.frequency(Set([], frequency=name)) == row
