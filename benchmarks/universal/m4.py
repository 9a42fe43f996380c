"""OWA on the hourly and weekly series of the M4 competition, on the last horizon of their training parts.

    python -m benchmarks.universal.m4 [--models FOLDER] [--name universal] [--version VERSION] [--statistics NAME ...]

OWA is the mean of sMAPE and of MASE, each over that of Naive2: the last value, of a series without its season. All
series count, not a sample. The competition's own horizons come after these series and are not used.

Reference:
    Makridakis, Spiliotis and Assimakopoulos, The M4 Competition: 100,000 time series and 61 forecasting methods, 2020,
    and `Benchmarks and Evaluation.R` of github.com/Mcompetitions/M4-methods.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.universal import tables
from benchmarks.universal.cache import Cache
from benchmarks.universal.forecasters import Published
from seqserve.core.arrays import Floats
from training.forecast.universal.evaluation.metrics import QUANTILES, naive_scale
from training.forecast.universal.evaluation.windows import Window, last_windows

SEASONS = {"m4_hourly": 24, "m4_weekly": 1}
"""The competition's; a pretrained model is told 52 for weekly series."""

_CRITICAL = 1.645  # 90%


def seasonal(history: Floats, season: int) -> bool:
    """Whether the autocorrelation at the season is significant at 90%; never with fewer than three seasons."""
    if season < 2 or len(history) < 3 * season:
        return False
    centred = history - history.mean()
    whole = centred @ centred
    if not whole:
        return False
    correlations = np.array([centred[lag:] @ centred[:-lag] / whole for lag in range(1, season + 1)])
    limit = _CRITICAL * np.sqrt((1 + 2 * (correlations[:-1] ** 2).sum()) / len(history))
    return bool(abs(correlations[-1]) > limit)


def seasonal_indices(history: Floats, season: int) -> Floats:
    """Multiplicative indices (season,) of a classical decomposition, the first for the phase of the first value."""
    weights = np.ones(season) if season % 2 else np.r_[0.5, np.ones(season - 1), 0.5]
    trend = np.convolve(history, weights / season, mode="valid")
    before = len(weights) // 2
    parts = np.full(len(history), np.nan)
    parts[before : before + len(trend)] = history[before : before + len(trend)] / trend
    indices = np.array([np.nanmean(parts[phase::season]) for phase in range(season)])
    return np.asarray(indices / indices.mean(), np.float64)


def naive2(history: Floats, season: int, horizon: int) -> Floats:
    """The last value (H,), of the history without its season where it has one, with the season put back."""
    if not seasonal(history, season):
        return np.full(horizon, history[-1])
    indices = seasonal_indices(history, season)
    phases = (len(history) + np.arange(horizon)) % season
    return np.asarray(history[-1] / indices[(len(history) - 1) % season] * indices[phases], np.float64)


def smape(actual: Floats, forecast: Floats) -> float:
    """Symmetric mean absolute percentage error, 0 to 2; a step with both 0 has none."""
    size = np.abs(actual) + np.abs(forecast)
    error = 2 * np.abs(actual - forecast)
    return float(np.mean(np.divide(error, size, out=np.zeros_like(size), where=size > 0)))


def owa(windows: Sequence[Window], forecasts: Sequence[Floats]) -> float:
    """The overall weighted average of point forecasts (H,), one a series."""
    means = []
    for answers in (forecasts, [naive2(w.history, w.scale_season, len(w.actual)) for w in windows]):
        pairs = list(zip(windows, answers, strict=True))
        scaled = [
            np.abs(window.actual - answer).mean() / naive_scale(window.history, window.scale_season)
            for window, answer in pairs
        ]
        means.append((np.mean([smape(window.actual, answer) for window, answer in pairs]), np.mean(scaled)))
    (own_smape, own_mase), (its_smape, its_mase) = means
    return float((own_smape / its_smape + own_mase / its_mase) / 2)


def main() -> None:
    from training.forecast.universal import sources

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path("models"), help="(%(default)s)")
    parser.add_argument("--name", default="universal", help="of the forecaster (%(default)s)")
    parser.add_argument("--version", help="or a label; by default the one that serves")
    parser.add_argument("--statistics", nargs="*", default=[], help="methods to score too; AutoETS takes minutes")
    parser.add_argument("--cache", type=Path, default=Path(".cache/universal"), help="(%(default)s)")
    options = parser.parse_args()
    published = Published.of(options.models, options.name, options.version)
    median = QUANTILES.index(0.5)
    rows = []
    for series_set in (one for one in sources.sets() if one.name in SEASONS):
        found = last_windows(series_set)
        seasons = [window.season for window in found]
        answers = published.forecast([window.history for window in found], seasons, series_set.horizon)
        rows.append([series_set.name, options.name, str(len(found)), f"{owa(found, list(answers[:, :, median])):.3f}"])
        for name in ("seasonal naive", *options.statistics):
            cache = Cache(options.cache, name)
            points = [cache.make(window).forecast[:, median] for window in found]
            rows.append([series_set.name, name, str(len(found)), f"{owa(found, points):.3f}"])
    print(tables.table(["set", "method", "series", "OWA"], rows))


if __name__ == "__main__":
    main()
