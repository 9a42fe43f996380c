"""Naive2, sMAPE and OWA as in the competition's script, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.universal import m4
from training.forecast.universal.evaluation.windows import Window

INDICES = np.array([0.5, 1.0, 1.5, 1.0])
SEASONAL = 100 * np.tile(INDICES, 6)


def test_smape_by_hand() -> None:
    assert m4.smape(np.array([100.0, 0.0]), np.array([50.0, 0.0])) == pytest.approx((2 * 50 / 150 + 0) / 2)


def test_a_season_is_seen() -> None:
    noise = np.random.default_rng(0).normal(size=200)
    assert m4.seasonal(SEASONAL, 4)
    assert not m4.seasonal(noise, 4)
    assert not m4.seasonal(SEASONAL[:11], 4)  # fewer than three seasons
    assert not m4.seasonal(SEASONAL, 1)
    assert not m4.seasonal(np.ones(40), 4)


def test_the_test_for_a_season_by_hand() -> None:
    """R: acf(c(2,1,4,1,3,2), plot = FALSE) is -0.646, 0.344 at the first lags."""
    series = np.array([2.0, 1.0, 4.0, 1.0, 3.0, 2.0])
    centred = series - 13 / 6
    first = (centred[1:] * centred[:-1]).sum() / (centred**2).sum()
    second = (centred[2:] * centred[:-2]).sum() / (centred**2).sum()
    limit = 1.645 / np.sqrt(6) * np.sqrt(1 + 2 * first**2)
    assert m4.seasonal(series, 2) == (abs(second) > limit)


@pytest.mark.parametrize(("season", "indices"), [(4, INDICES), (3, np.array([0.5, 1.0, 1.5]))])
def test_indices_of_a_pure_season_are_its_own(season: int, indices: np.ndarray) -> None:
    assert m4.seasonal_indices(100 * np.tile(indices, 6), season) == pytest.approx(indices)


def test_naive2_puts_the_season_back() -> None:
    assert m4.naive2(SEASONAL, 4, 6) == pytest.approx(100 * np.r_[INDICES, INDICES[:2]])
    assert m4.naive2(SEASONAL[:-1], 4, 3) == pytest.approx([100, 50, 100])
    assert m4.naive2(np.arange(30.0), 1, 2).tolist() == [29, 29]


def window(history: list[float], actual: list[float]) -> Window:
    return Window("some", np.array(history, float), np.array(actual, float), 1, 1, "digest")


def test_owa_by_hand() -> None:
    windows = [window([1, 3, 2, 4], [5, 5]), window([10, 11, 13, 12], [10, 14])]
    forecasts = [np.array([5.0, 4.0]), np.array([12.0, 12.0])]
    smape = np.mean([(0 + 2 / 9) / 2, (4 / 22 + 4 / 26) / 2])
    mase = np.mean([(0 + 1) / 2 / (5 / 3), 2 / (4 / 3)])
    naive_smape = np.mean([2 / 9, (4 / 22 + 4 / 26) / 2])
    naive_mase = np.mean([1 / (5 / 3), 2 / (4 / 3)])
    assert m4.owa(windows, forecasts) == pytest.approx((smape / naive_smape + mase / naive_mase) / 2)


def test_owa_of_naive2_is_one() -> None:
    windows = [window([1, 3, 2, 4], [5, 5]), window([10, 11, 13, 12], [10, 14])]
    assert m4.owa(windows, [np.full(2, 4.0), np.full(2, 12.0)]) == pytest.approx(1)
