"""What a model must beat."""

from __future__ import annotations

import numpy as np
import pytest

from training.forecast.panel import baselines


def test_naive_forecasts() -> None:
    history = np.array([1.0, 2.0, 3.0, 4.0, np.nan])
    assert baselines.last_value([history], 2).tolist() == [[4.0, 4.0]]
    assert baselines.seasonal_naive([history], 4, 3).tolist() == [[3.0, 4.0, 2.0, 3.0]]
    assert baselines.seasonal_naive([history[:2]], 2, 12).tolist() == [[2.0, 2.0]]


@pytest.mark.parametrize("name", baselines.STATISTICAL)
def test_statistical_models_forecast_with_quantiles(name: str) -> None:
    random = np.random.default_rng(0)
    history = 100 + np.tile([5.0, 0.0, -5.0, 0.0], 12) + random.normal(size=48)
    answer = baselines.statistical(name, [history], 4, 4, processes=1)
    assert answer.mean[0] == pytest.approx([105, 100, 95, 100], abs=3)
    assert answer.quantiles.shape == (1, 4, 9)
    assert (np.diff(answer.quantiles, axis=2) >= 0).all()


@pytest.mark.parametrize("history", [np.full(20, 3.0), np.array([1.0]), np.zeros(9)])
def test_what_cannot_be_fitted_is_the_naive_forecast(history: np.ndarray) -> None:
    for name in baselines.STATISTICAL:
        answer = baselines.statistical(name, [history], 2, 4, processes=1)
        assert answer.mean[0] == pytest.approx([history[-1]] * 2)
        assert np.isfinite(answer.quantiles).all()
