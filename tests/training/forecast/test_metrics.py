"""Scores agree with scikit-learn where it has them, and baselines are what their names say."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from training.forecast import metrics as forecast_metrics


def test_scores_agree_with_scikit_learn() -> None:
    random = np.random.default_rng(0)
    actual, predicted = random.uniform(1, 9, (40, 3)), random.uniform(1, 9, (40, 3))
    found = forecast_metrics.scores(actual, predicted, naive_scale=0.5)
    assert found["rmse"] == pytest.approx(metrics.mean_squared_error(actual.ravel(), predicted.ravel()) ** 0.5)
    assert found["mae"] == pytest.approx(metrics.mean_absolute_error(actual, predicted))
    assert found["mape"] == pytest.approx(100 * metrics.mean_absolute_percentage_error(actual, predicted))
    assert found["mase"] == pytest.approx(found["mae"] / 0.5)


def test_smape_by_hand() -> None:
    found = forecast_metrics.scores(np.array([[100.0, 0.0]]), np.array([[50.0, 0.0]]), naive_scale=1)
    assert found["smape"] == pytest.approx(100 * 2 * 50 / 150)  # the step with both 0 does not count


def test_zeros_leave_percentages_finite() -> None:
    found = forecast_metrics.scores(np.zeros((2, 2)), np.zeros((2, 2)), naive_scale=1)
    assert found == {"rmse": 0, "mae": 0, "mape": 0, "smape": 0, "mase": 0}


def test_mase_of_the_seasonal_naive_on_its_own_training_part_is_one() -> None:
    series = np.random.default_rng(0).normal(size=50).cumsum()
    scale = forecast_metrics.naive_scale(series, season=4)
    error = forecast_metrics.scores(series[np.newaxis, 4:], series[np.newaxis, :-4], scale)
    assert error["mase"] == pytest.approx(1)


@pytest.mark.parametrize("series", [np.full(20, 3.0), np.tile([1.0, 2.0], 10)])
def test_a_series_without_anything_to_forecast_is_refused(series: np.ndarray) -> None:
    with pytest.raises(ValueError, match="repeats itself every 2 steps"):
        forecast_metrics.naive_scale(series, season=2)


def test_a_season_longer_than_the_series_is_refused() -> None:
    with pytest.raises(ValueError, match="2 rows has no two that are a season of 2 apart"):
        forecast_metrics.naive_scale(np.arange(2.0), season=2)
