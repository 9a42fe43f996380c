"""Statistical methods of statsforecast as baselines, each fitted to each history alone.

The slow ones see shorter histories and fewer windows than the others, as `Statistic` says.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from statsforecast import models

from seqserve.core.arrays import Floats
from training.forecast.universal.evaluation.metrics import QUANTILES
from training.forecast.universal.evaluation.windows import Window

_LEVELS = [20, 40, 60, 80, 95]
_COLUMNS = [f"lo-{level}" for level in reversed(_LEVELS)] + ["mean"] + [f"hi-{level}" for level in _LEVELS]
assert len(_COLUMNS) == len(QUANTILES)


@dataclass(frozen=True)
class Statistic:
    """A method, and what of the windows it is given.

    Args:
        model: from the history's length and the season to a model of statsforecast.
        longest: values of a history, the latest.
        most: from the season to the number of windows of a set; 0 where the method is not tried.
    """

    model: Callable[[int, int], Any]
    longest: int
    most: Callable[[int], int]


@dataclass(frozen=True)
class Made:
    """A forecast (H, Q) of `QUANTILES`, the processor time it took, and whether the seasonal naive one stands in."""

    forecast: Floats
    milliseconds: float
    failed: bool = False


def _multiple(length: int, season: int) -> Any:
    """MSTL of the day, and of the week where the history holds two of them; for steps shorter than a day."""
    return models.MSTL(season_length=[season, 7 * season] if length >= 14 * season else [season])


_ALL = 1 << 30
_DAYS = {24, 48, 96, 288}  # steps in a day

STATISTICS = {
    "seasonal naive": Statistic(lambda _, season: models.SeasonalNaive(season), _ALL, lambda _: _ALL),
    "last value": Statistic(lambda *_: models.Naive(), _ALL, lambda _: _ALL),
    "AutoETS": Statistic(
        lambda _, season: models.AutoETS(season_length=season), 2016, lambda season: _ALL if season <= 24 else 15
    ),
    "AutoTheta": Statistic(
        lambda _, season: models.AutoTheta(season_length=season), 2016, lambda season: _ALL if season <= 52 else 15
    ),
    "DynamicOptimizedTheta": Statistic(
        lambda _, season: models.DynamicOptimizedTheta(season_length=season),
        2016,
        lambda season: _ALL if season <= 52 else 15,
    ),
    "AutoARIMA": Statistic(
        lambda _, season: models.AutoARIMA(season_length=season), 500, lambda season: 15 if season <= 24 else 0
    ),
    "MSTL": Statistic(_multiple, _ALL, lambda season: _ALL if season in _DAYS else 0),
}


def make(name: str, window: Window) -> Made:
    """Forecast a window by a method of `STATISTICS`; gaps of the history are filled along straight lines.

    Where the method fails or answers with numbers that are not finite, the seasonal naive forecast takes its place.
    """
    history = filled(window.history)[-STATISTICS[name].longest :]
    horizon, season = len(window.actual), window.scale_season
    started = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            forecast = _forecast(name, history, season, horizon)
    except Exception:  # whatever an optimiser stumbles over: no forecast
        forecast = np.full((horizon, len(QUANTILES)), np.nan)
    milliseconds = 1000 * (time.process_time() - started)
    if np.isfinite(forecast).all():
        return Made(forecast, milliseconds)
    return Made(_forecast("seasonal naive", history, season, horizon), milliseconds, failed=True)


def _forecast(name: str, history: Floats, season: int, horizon: int) -> Floats:
    model = STATISTICS[name].model(len(history), season)
    answer = model.forecast(y=history, h=horizon, level=_LEVELS)
    return np.stack([np.asarray(answer[column], np.float64) for column in _COLUMNS], axis=1)


def filled(history: Floats) -> Floats:
    """A history without gaps: straight lines between what is known, the nearest value at the ends."""
    known = ~np.isnan(history)
    steps = np.arange(len(history))
    return history if known.all() else np.interp(steps, steps[known], history[known])
