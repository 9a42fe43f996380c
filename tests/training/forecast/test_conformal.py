"""Intervals hold as often as they say, at every step ahead."""

from __future__ import annotations

import numpy as np
import pytest

from seqserve.forecast import scalers
from seqserve.forecast.config import ForecastConfig
from seqserve.forecast.window_forecaster import WindowForecaster
from seqserve.forecast.windows import pairs
from training.forecast import conformal


class RandomWalkNetwork:
    """Forecasts no change: what there is to know of a random walk."""

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return np.zeros((len(x), 1), dtype=np.float32)


def forecaster(max_horizon: int, quantiles: dict[str, list[float]]) -> WindowForecaster:
    config = ForecastConfig(
        window=12,
        horizon=1,
        max_horizon=max_horizon,
        features=["x"],
        target="x",
        residual=True,
        frequency=None,
        season=1,
        naive_scale=1,
        spread_floor=0.01,
        quantiles=quantiles,
    )
    return WindowForecaster(config, scalers.fit("window", np.arange(2.0)), RandomWalkNetwork())  # type: ignore[arg-type]


def test_intervals_hold_as_often_as_they_say_at_every_step() -> None:
    walk = np.random.default_rng(0).normal(size=12_000).cumsum()
    horizon = 4
    quantiles = conformal.calibrate(forecaster(horizon, {}), pairs(walk[:6000], 12, 1), horizon)
    assert set(quantiles) == {str(level) for level in conformal.LEVELS}
    test = pairs(walk[6000:], 12, horizon)
    calibrated = forecaster(horizon, quantiles)
    predicted = calibrated.forecast(test.inputs, np.full(len(test.inputs), horizon))
    for level, held in conformal.coverage(calibrated, test, predicted).items():
        assert held == pytest.approx([int(level) / 100] * horizon, abs=0.03)


def test_further_ahead_is_wider() -> None:
    walk = np.random.default_rng(1).normal(size=3000).cumsum()
    steps = conformal.calibrate(forecaster(9, {}), pairs(walk, 12, 1), 9)["80"]
    assert steps == sorted(steps)
    assert steps[8] == pytest.approx(3 * steps[0], rel=0.2)  # a random walk spreads with the root of time


def test_the_quantile_is_the_conformal_rank() -> None:
    """Of n residuals the one of rank ceil((n + 1) * level), by hand."""
    series = np.concatenate([np.zeros(12), np.cumsum(np.arange(1.0, 31))])
    part = pairs(series, 12, 1)
    model = forecaster(1, {})
    residuals = np.sort(np.abs(part.targets[:, 0] - part.inputs[:, -1, 0]) / model.spread(part.inputs))
    assert len(residuals) == 30
    expected = residuals[25 - 1]  # ceil(31 * 0.8) is 25
    assert conformal.calibrate(model, part, 1)["80"] == [pytest.approx(expected)]


def test_levels_that_too_few_windows_cannot_give_are_left_out() -> None:
    quantiles = conformal.calibrate(forecaster(1, {}), pairs(np.arange(40.0) % 7, 12, 1), 1)
    assert set(quantiles) == {"50", "60", "70", "80", "90", "95"}  # 99% takes 99 windows, there are 28


@pytest.mark.parametrize(
    ("own", "steps", "window", "features", "expected"),
    [(1, 189, 60, 1, 60), (1, 40, 60, 1, 21), (5, 10, 60, 1, 5), (5, 189, 60, 3, 5), (30, 189, 20, 1, 30)],
)
def test_the_longest_horizon(own: int, steps: int, window: int, features: int, expected: int) -> None:
    assert conformal.longest_horizon(own, steps, window, features) == expected
