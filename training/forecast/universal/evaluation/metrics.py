"""Scores of quantile forecasts, each for one window of one series.

A forecast is an array (H, Q): H steps ahead, at the Q levels of `QUANTILES`. A step whose actual value is NaN does not
count.

Reference:
    MASE: Hyndman and Koehler, Another look at measures of forecast accuracy, 2006. SQL and WQL, the scaled and the
    weighted quantile loss: Shchur et al., fev-bench, 2025; a forecast whose quantiles are all alike has SQL = MASE.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seqserve.core.arrays import Floats

QUANTILES = (0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975)
_LOSS = slice(1, 10)  # 0.1 to 0.9: the levels of SQL and WQL
_MEDIAN, _80, _95 = QUANTILES.index(0.5), (1, 9), (0, 10)


@dataclass(frozen=True)
class Score:
    """Of one forecast.

    Args:
        mase: mean absolute error of the median over the scale.
        sql: quantile loss at 0.1 to 0.9 over the scale.
        loss, size: quantile loss and absolute actual values, both summed: WQL is the first over the second, of many
            windows.
        held80, held95: share of the steps within the interval.
    """

    mase: float
    sql: float
    loss: float
    size: float
    held80: float
    held95: float


def naive_scale(history: Floats, season: int) -> float:
    """Mean absolute difference of values a season apart, (T,): what a MASE of 1 is.

    NaN where no two values are a season apart. Gaps (NaN) do not count.
    """
    if len(history) <= season:
        return float("nan")
    differences = np.abs(history[season:] - history[:-season])
    known = differences[~np.isnan(differences)]
    return float(known.mean()) if len(known) else float("nan")


def quantile_loss(actual: Floats, forecast: Floats, levels: Floats) -> Floats:
    """Twice the pinball loss, (H,) and (H, Q) to (H, Q); at the level 0.5 it is the absolute error."""
    error = actual[:, np.newaxis] - forecast
    return 2 * np.maximum(levels * error, (levels - 1) * error)


def score(actual: Floats, forecast: Floats, scale: float) -> Score:
    """Score the forecast (H, Q) of the actual values (H,).

    Args:
        scale: `naive_scale` of the history.

    Raises:
        ValueError: the shapes do not fit, a number is not finite, or no actual value is known.
    """
    if forecast.shape != (len(actual), len(QUANTILES)):
        raise ValueError(f"a forecast of shape {forecast.shape}, expected {(len(actual), len(QUANTILES))}")
    if not np.isfinite(forecast).all():
        raise ValueError("the forecast has numbers that are not finite")
    if not (np.isfinite(scale) and scale > 0):
        raise ValueError(f"the scale must be a positive number, not {scale}")
    known = ~np.isnan(actual)
    if not known.any():
        raise ValueError("no actual value is known: nothing to score")
    actual, forecast = actual[known], forecast[known]
    loss = quantile_loss(actual, forecast[:, _LOSS], np.array(QUANTILES[_LOSS])).mean(axis=1)
    return Score(
        mase=float(np.abs(actual - forecast[:, _MEDIAN]).mean() / scale),
        sql=float(loss.mean() / scale),
        loss=float(loss.sum()),
        size=float(np.abs(actual).sum()),
        held80=_held(actual, forecast, _80),
        held95=_held(actual, forecast, _95),
    )


def _held(actual: Floats, forecast: Floats, ends: tuple[int, int]) -> float:
    low, high = ends
    return float(np.mean((forecast[:, low] <= actual) & (actual <= forecast[:, high])))
