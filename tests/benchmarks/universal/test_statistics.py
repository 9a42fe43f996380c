"""Statistics answer with the quantiles that are scored, and something stands in for them where they fail."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks.universal import statistics
from benchmarks.universal.statistics import STATISTICS, Statistic
from training.forecast.universal.evaluation.metrics import QUANTILES
from training.forecast.universal.evaluation.windows import Window

TIME = np.arange(72)
SEASONAL = 50 + 10 * np.sin(2 * np.pi * TIME / 12) + np.random.default_rng(0).normal(0, 0.5, 72)


def window(history: np.ndarray, horizon: int = 12, season: int = 12) -> Window:
    return Window("some", history, np.zeros(horizon), season, season, "digest")


@pytest.mark.parametrize("name", [name for name in STATISTICS if name != "AutoARIMA"])
def test_a_method_gives_ordered_quantiles_around_a_sensible_middle(name: str) -> None:
    made = statistics.make(name, window(SEASONAL))
    assert made.forecast.shape == (12, len(QUANTILES))
    assert not made.failed
    assert (np.diff(made.forecast, axis=1) >= 0).all()
    assert made.milliseconds > 0
    if name != "last value":
        truth = 50 + 10 * np.sin(2 * np.pi * (72 + np.arange(12)) / 12)
        assert np.abs(made.forecast[:, 5] - truth).mean() < 2


def test_arima_answers() -> None:
    made = statistics.make("AutoARIMA", window(SEASONAL[-30:], 4, 1))
    assert not made.failed
    assert made.forecast.shape == (4, len(QUANTILES))


def test_the_seasonal_naive_forecast_is_the_last_season() -> None:
    made = statistics.make("seasonal naive", window(SEASONAL))
    assert made.forecast[:, 5] == pytest.approx(SEASONAL[-12:])


class _Broken:
    def forecast(self, **_: Any) -> dict[str, np.ndarray]:
        raise ZeroDivisionError


class _Endless:
    def forecast(self, h: int, level: list[int], **_: Any) -> dict[str, np.ndarray]:
        names = ["mean", *(f"{end}-{one}" for one in level for end in ("lo", "hi"))]
        return {name: np.full(h, np.inf) for name in names}


@pytest.mark.parametrize("model", [_Broken, _Endless])
def test_the_seasonal_naive_forecast_stands_in_for_one_that_fails(model: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STATISTICS, "bad", Statistic(lambda *_: model(), 100, lambda _: 1))
    made = statistics.make("bad", window(SEASONAL))
    assert made.failed
    assert made.forecast == pytest.approx(statistics.make("seasonal naive", window(SEASONAL)).forecast)


def test_gaps_are_filled_along_lines() -> None:
    history = np.array([np.nan, 1.0, np.nan, 3.0, np.nan])
    assert statistics.filled(history).tolist() == [1, 1, 2, 3, 3]


def test_mstl_knows_the_week_where_there_are_two() -> None:
    def seasons(length: int, season: int) -> list[int]:
        return list(STATISTICS["MSTL"].model(length, season).season_length)

    assert seasons(335, 24) == [24]
    assert seasons(336, 24) == [24, 168]
    tried = [season for season in (1, 7, 12, 24, 52, 96) if STATISTICS["MSTL"].most(season)]
    assert tried == [24, 96]
