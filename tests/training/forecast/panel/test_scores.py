"""Scores, computed again by utilsforecast."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from utilsforecast import losses

from training.forecast.panel import scores
from training.forecast.panel.scores import QUANTILES


def made() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Training parts (3, 40), actual values, means (3, 5) and quantiles (3, 5, 9)."""
    random = np.random.default_rng(0)
    training = random.gamma(4, 10, size=(3, 40))
    actual, mean = random.gamma(4, 10, size=(3, 5)), random.gamma(4, 10, size=(3, 5))
    spread = np.array([-12, -9, -6, -3, 0, 3, 6, 9, 12])
    return training, actual, mean, mean[:, :, np.newaxis] + spread


def long(values: np.ndarray, name: str) -> pd.DataFrame:
    rows, steps = values.shape
    return pd.DataFrame({"unique_id": np.repeat(np.arange(rows), steps), name: values.ravel()})


def test_they_are_those_of_utilsforecast() -> None:
    training, actual, mean, quantiles = made()
    season = 4
    scales = np.abs(training[:, season:] - training[:, :-season]).mean(axis=1)
    found = scores.scores(actual, mean, quantiles, scales, np.arange(3))
    frame = long(actual, "y").assign(model=mean.ravel())
    past = long(training, "y")
    mase = losses.mase(frame, ["model"], season, past)["model"].mean()
    assert found["mase"] == pytest.approx(mase)
    assert found["smape"] == pytest.approx(200 * losses.smape(frame, ["model"])["model"].mean())
    assert found["mae"] == pytest.approx(losses.mae(frame, ["model"])["model"].mean())
    assert found["rmse"] == pytest.approx(np.sqrt(np.mean(losses.rmse(frame, ["model"])["model"] ** 2)))
    assert found["mape"] == pytest.approx(100 * losses.mape(frame, ["model"])["model"].mean())
    total = 0.0
    for number, quantile in enumerate(QUANTILES):
        one = frame.assign(model=quantiles[:, :, number].ravel())
        total += losses.quantile_loss(one, {"model": "model"}, quantile)["model"].mean() * actual.size
    assert found["wql"] == pytest.approx(2 * total / len(QUANTILES) / actual.sum())


def test_what_was_not_observed_does_not_count() -> None:
    _, actual, mean, quantiles = made()
    gaps = actual.copy()
    gaps[:, 3:] = np.nan
    cut = scores.scores(actual[:, :3], mean[:, :3], quantiles[:, :3], np.ones(3), np.arange(3))
    assert scores.scores(gaps, mean, quantiles, np.ones(3), np.arange(3)) == pytest.approx(cut)


def test_each_series_counts_as_much_in_a_mase() -> None:
    errors = np.array([[1.0], [1.0], [1.0], [5.0]])
    assert scores.by_series(errors, np.array([0, 0, 0, 1])) == 3


def test_coverage_by_step() -> None:
    actual = np.array([[1.0, 5.0], [2.0, np.nan]])
    assert scores.coverage(actual, np.zeros((2, 2)), np.array([[1.5, 4.0]] * 2)) == [0.5, 0.0]
