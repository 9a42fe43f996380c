"""Scores agree with utilsforecast and with what is worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from utilsforecast import losses

from training.forecast.universal.evaluation import metrics
from training.forecast.universal.evaluation.metrics import QUANTILES

HORIZON, SEASON = 6, 4
INNER = QUANTILES[1:10]


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(0)


def test_scores_agree_with_utilsforecast(random: np.random.Generator) -> None:
    history, actual = random.uniform(1, 9, 40), random.uniform(1, 9, HORIZON)
    forecast = np.sort(random.uniform(1, 9, (HORIZON, len(QUANTILES))), axis=1)
    names = [f"q{level}" for level in QUANTILES]
    frame = pd.DataFrame(forecast, columns=names).assign(unique_id="a", ds=range(HORIZON), y=actual, m=forecast[:, 5])
    frame["m-lo-80"], frame["m-hi-80"] = frame["q0.1"], frame["q0.9"]
    frame["m-lo-95"], frame["m-hi-95"] = frame["q0.025"], frame["q0.975"]
    past = pd.DataFrame({"unique_id": "a", "ds": range(-40, 0), "y": history})
    pinball = losses.mqloss(frame, {"m": names[1:10]}, np.array(INNER))["m"].item()
    scale = metrics.naive_scale(history, SEASON)

    found = metrics.score(actual, forecast, scale)
    assert found.mase == pytest.approx(losses.mase(frame, ["m"], SEASON, past)["m"].item())
    assert found.sql == pytest.approx(2 * pinball / scale)
    assert found.loss / found.size == pytest.approx(2 * pinball * HORIZON / actual.sum())
    assert found.held80 == pytest.approx(losses.coverage(frame, ["m"], 80)["m"].item())
    assert found.held95 == pytest.approx(losses.coverage(frame, ["m"], 95)["m"].item())


def test_the_scale_by_hand() -> None:
    assert metrics.naive_scale(np.array([1.0, 5.0, 2.0, 8.0]), 2) == pytest.approx((1 + 3) / 2)
    assert metrics.naive_scale(np.array([1.0, np.nan, 2.0, 8.0]), 2) == pytest.approx(1)
    assert np.isnan(metrics.naive_scale(np.array([1.0, 2.0]), 2))
    assert np.isnan(metrics.naive_scale(np.array([np.nan, 1.0, 2.0, np.nan]), 2))


def test_a_loss_by_hand() -> None:
    forecast = np.tile(np.array(QUANTILES), (1, 1))  # 0.1 at the level 0.1, and so on
    found = metrics.score(np.array([0.5]), forecast, scale=2.0)
    by_hand = np.mean([2 * max(q * (0.5 - q), (q - 1) * (0.5 - q)) for q in INNER])
    assert found.sql == pytest.approx(by_hand / 2)
    assert found.mase == 0
    assert (found.held80, found.held95) == (1, 1)


def test_quantiles_that_are_all_alike_have_the_sql_of_their_mase(random: np.random.Generator) -> None:
    forecast = np.repeat(random.normal(size=(HORIZON, 1)), len(QUANTILES), axis=1)
    found = metrics.score(random.normal(size=HORIZON), forecast, scale=0.7)
    assert found.sql == pytest.approx(found.mase)


def test_a_gap_among_the_actual_values_does_not_count(random: np.random.Generator) -> None:
    actual, forecast = random.normal(size=HORIZON), random.normal(size=(HORIZON, len(QUANTILES)))
    gaps = actual.copy()
    gaps[2:4] = np.nan
    kept = [0, 1, 4, 5]
    assert metrics.score(gaps, forecast, 1.0) == metrics.score(actual[kept], forecast[kept], 1.0)


@pytest.mark.parametrize(
    ("actual", "shape", "number", "scale", "message"),
    [
        ([1.0, 2.0], (2, 9), 0.0, 1.0, r"shape \(2, 9\), expected \(2, 11\)"),
        ([1.0], (1, 11), np.inf, 1.0, "not finite"),
        ([1.0], (1, 11), 0.0, 0.0, "positive number, not 0"),
        ([1.0], (1, 11), 0.0, np.nan, "positive number, not nan"),
        ([np.nan], (1, 11), 0.0, 1.0, "nothing to score"),
    ],
)
def test_what_cannot_be_scored_is_refused(
    actual: list[float], shape: tuple[int, int], number: float, scale: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        metrics.score(np.array(actual), np.full(shape, number), scale)
