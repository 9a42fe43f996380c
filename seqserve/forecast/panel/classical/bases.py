"""Classical forecasts of many windows at once, in scaled units: what statistics can say without being trained.

They are candidates of their own, and inputs of what is trained.

Reference:
    Assimakopoulos and Nikolopoulos, The theta model, 2000; Hyndman and Billah, Unmasking the Theta method, 2003
    (simple exponential smoothing with half the slope of the line).
"""

from __future__ import annotations

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.forecast.panel.classical import profile, smoothing

NAMES = ("seasonal", "cycles", "last", "level", "theta", "damped", "winters", "drift", "line")
_CHUNK = 1024
"""Windows at a time: the states of a grid of parameters need memory."""


def names(periods: tuple[int, ...]) -> tuple[str, ...]:
    """The forecasts that there are for a season, and perhaps a longer one such as the week."""
    chosen = NAMES if periods[0] > 1 else tuple(name for name in NAMES if name not in ("cycles", "winters"))
    return (*chosen, "long") if len(periods) > 1 else chosen


def bases(x: Floats, periods: tuple[int, ...], horizon: int) -> Floats:
    """All forecasts of windows.

    Args:
        x: (N, C) scaled, NaN before the first value of a history.
        periods: the season, and perhaps a longer one that is a multiple of it.

    Returns:
        (N, H, B), in the order of `names`.
    """
    parts = [_bases(x[first : first + _CHUNK], periods, horizon) for first in range(0, len(x), _CHUNK)]
    return np.concatenate(parts) if parts else np.zeros((0, horizon, len(names(periods))))


def _bases(x: Floats, periods: tuple[int, ...], horizon: int) -> Floats:
    season, steps = periods[0], x.shape[1]
    main = profile.profile(x, season)
    seasonal, ahead = profile.tiled(main, steps), profile.ahead(main, horizon)
    found: dict[str, Floats] = {}
    if len(periods) > 1:
        longer = profile.profile(x - seasonal, periods[1])
        seasonal, ahead = seasonal + profile.tiled(longer, steps), ahead + profile.ahead(longer, horizon)
        found["long"] = lagged(x, periods[1], horizon)[0]
    adjusted = x - seasonal
    last = adjusted[:, -1:]
    count = np.isfinite(x).sum(axis=1, keepdims=True)
    along = np.arange(1, horizon + 1)
    slope = _slope(adjusted, np.ones(steps))
    found["seasonal"] = lagged(x, season, horizon)[0]
    found["last"] = last + ahead
    level = smoothing.simple(adjusted, horizon)
    found["level"] = level + ahead
    found["theta"] = level + 0.5 * slope * along + ahead
    found["damped"] = smoothing.damped(adjusted, horizon) + ahead
    first = np.take_along_axis(adjusted, np.isfinite(x).argmax(axis=1)[:, np.newaxis], axis=1)
    found["drift"] = last + (last - first) / np.maximum(count - 1, 1) * along + ahead
    fading = 0.95 ** np.arange(steps - 1, -1, -1.0)
    found["line"] = _mean(adjusted, fading, at_end=True) + _slope(adjusted, fading) * along + ahead
    if season > 1:
        found["cycles"] = np.mean([lagged(x, season, horizon, back)[0] for back in (0, 1, 2)], axis=0)
        trimmed = x if len(periods) == 1 else x - (seasonal - profile.tiled(main, steps))
        rest = 0.0 if len(periods) == 1 else ahead - profile.ahead(main, horizon)
        found["winters"] = smoothing.winters(trimmed, season, main, horizon) + rest
    return np.stack([found[name] for name in names(periods)], axis=2)


def lagged(
    x: Floats, period: int, horizon: int, back: int = 0
) -> tuple[Floats, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    """The value at the same phase of the last period known, `back` periods earlier; the last value where there is none.

    Returns:
        Values and whether there was one, (N, H) each.
    """
    steps = x.shape[1]
    columns = steps - period + np.arange(horizon) % period - back * period
    there = np.broadcast_to(columns >= 0, (len(x), horizon))
    values = x[:, np.maximum(columns, 0)]
    there = there & np.isfinite(values)
    return np.where(there, values, x[:, -1:]), there


def _slope(x: Floats, weights: Floats) -> Floats:
    """The slope of the weighted least-squares line, shrunk where there is little of it; (N, 1)."""
    along = np.arange(x.shape[1], dtype=np.float64)
    share = np.isfinite(x) * weights
    total = np.maximum(share.sum(axis=1, keepdims=True), 1e-12)
    values = np.where(np.isfinite(x), x, 0.0)
    centre = (share * along).sum(axis=1, keepdims=True) / total
    mean = (share * values).sum(axis=1, keepdims=True) / total
    covariance = (share * (along - centre) * (values - mean)).sum(axis=1, keepdims=True) / total
    slope: Floats = covariance / ((share * (along - centre) ** 2).sum(axis=1, keepdims=True) / total + 1.0)
    return slope


def _mean(x: Floats, weights: Floats, *, at_end: bool) -> Floats:
    """The weighted line at the last step, or its mean; (N, 1)."""
    along = np.arange(x.shape[1], dtype=np.float64)
    share = np.isfinite(x) * weights
    total = np.maximum(share.sum(axis=1, keepdims=True), 1e-12)
    mean = (share * np.where(np.isfinite(x), x, 0.0)).sum(axis=1, keepdims=True) / total
    centre = (share * along).sum(axis=1, keepdims=True) / total
    found: Floats = mean + (_slope(x, weights) * (along[-1] - centre) if at_end else 0.0)
    return found
