"""Scores of forecasts of many series: scaled errors by series, and quantile losses.

Reference:
    Hyndman and Koehler, Another look at measures of forecast accuracy, 2006 (MASE); the weighted quantile loss of
    Park et al., Learning Quantile Functions without Quantile Crossing, AISTATS 2022, at 0.1, 0.2 ... 0.9.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seqserve.core.arrays import Floats

QUANTILES = tuple(round(0.1 * number, 1) for number in range(1, 10))


def scores(actual: Floats, mean: Floats, quantiles: Floats, scales: Floats, series: np.ndarray) -> dict[str, float]:
    """MASE, sMAPE and MAPE in percent, WQL, and RMSE and MAE in the units of the data.

    Args:
        actual, mean: (N, H); an actual value of NaN does not count.
        quantiles: (N, H, 9), at `QUANTILES`.
        scales: (N,), the mean absolute error of the seasonal naive forecast on the training part of each series.
        series: (N,); MASE is the mean over series, each the mean over its windows.
    """
    error = np.abs(actual - mean)
    size, both = np.abs(actual), np.abs(actual) + np.abs(mean)
    total = np.nansum(np.abs(actual))
    loss = 2 * np.nansum(pinball(actual, quantiles, QUANTILES)) / len(QUANTILES)
    return {
        "mase": by_series(error / scales[:, np.newaxis], series),
        "smape": _percent(2 * error, both),
        "wql": float(loss / total) if total else 0.0,
        "rmse": float(np.sqrt(np.nanmean(error**2))),
        "mae": float(np.nanmean(error)),
        "mape": _percent(error, size),
    }


def by_series(errors: Floats, series: np.ndarray) -> float:
    """The mean over series of the mean over windows and steps of each.

    Args:
        errors: (N, H); NaN does not count.
        series: (N,), which one each window is of.
    """
    return float(np.mean([np.nanmean(errors[series == one]) for one in np.unique(series)]))


def pinball(actual: Floats, quantiles: Floats, probabilities: Sequence[float]) -> Floats:
    """The pinball loss of each quantile, (N, H) and (N, H, P) to (N, H, P)."""
    above = actual[:, :, np.newaxis] - quantiles
    levels = np.asarray(probabilities)
    return np.maximum(levels * above, (levels - 1) * above)


def coverage(actual: Floats, lower: Floats, upper: Floats) -> list[float]:
    """The share of actual values (N, H) within bounds (N, H), a number a step."""
    seen = np.isfinite(actual)
    held = (actual >= lower) & (actual <= upper) & seen
    shares: list[float] = (held.sum(axis=0) / np.maximum(seen.sum(axis=0), 1)).tolist()
    return shares


def _percent(part: Floats, whole: Floats) -> float:
    counts = (whole > 0) & np.isfinite(part)
    return float(100 * np.mean(part[counts] / whole[counts])) if counts.any() else 0.0
