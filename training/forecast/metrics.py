"""The scores of forecasts, most of them in the units of the data."""

from __future__ import annotations

import numpy as np

from seqserve.core.arrays import Floats


def scores(actual: Floats, predicted: Floats, naive_scale: float) -> dict[str, float]:
    """RMSE and MAE in the data's units, MAPE and sMAPE in percent, and MASE.

    Steps whose actual value is 0 do not count in the MAPE, steps with both values 0 not in the sMAPE.

    Args:
        actual, predicted: (N, H).
        naive_scale: mean absolute error of the seasonal naive forecast on the training part.

    Reference:
        Hyndman and Koehler, Another look at measures of forecast accuracy, 2006 (MASE).
    """
    error = np.abs(actual - predicted)
    size, both = np.abs(actual), np.abs(actual) + np.abs(predicted)
    return {
        "rmse": float(np.sqrt(np.mean(error**2))),
        "mae": float(error.mean()),
        "mape": _percent(error, size),
        "smape": _percent(2 * error, both),
        "mase": float(error.mean() / naive_scale),
    }


def _percent(part: Floats, whole: Floats) -> float:
    counts = whole > 0
    return float(100 * np.mean(part[counts] / whole[counts])) if counts.any() else 0.0


def naive_scale(series: Floats, season: int) -> float:
    """Mean absolute difference of values a season apart, (T,): what a MASE of 1 is.

    Raises:
        ValueError: the series repeats itself exactly, or is no longer than a season.
    """
    if len(series) <= season:
        raise ValueError(
            f"the training part of {len(series)} rows has no two that are a season of {season} apart; "
            "give a shorter season, or more rows"
        )
    scale = float(np.abs(series[season:] - series[:-season]).mean())
    if not scale:
        raise ValueError(
            f"the training part repeats itself every {season} steps exactly: nothing to forecast, and no MASE"
        )
    return scale
