"""Exponential smoothing of many windows at once, over a grid of parameters weighed by how well they fit.

Reference:
    Hyndman et al., Forecasting with Exponential Smoothing, 2008: the error-correction forms A,N,N; A,Ad,N and A,Ad,A.
    Weights of parameter sets: Akaike's, from the sum of squared one-step errors.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from seqserve.core.arrays import Floats

_ALPHAS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.0)
_HOLT = [
    (alpha, share * alpha, phi)
    for alpha, share, phi in product((0.1, 0.3, 0.6, 0.9), (0.05, 0.2, 0.5), (0.8, 0.9, 0.97))
]
_WINTERS = [
    (alpha, beta * alpha, gamma * (1 - alpha), phi)
    for alpha, (beta, phi), gamma in product(
        (0.05, 0.2, 0.4, 0.7), ((0.0, 0.0), (0.05, 0.97), (0.1, 1.0), (0.3, 0.9)), (0.03, 0.15, 0.4)
    )
]
_PENALTY = 2.0
"""Akaike's, for each parameter more."""


def simple(x: Floats, horizon: int) -> Floats:
    """A level that follows the series, (N, C) to (N, H)."""
    alphas = np.array(_ALPHAS)
    level = np.repeat(_start(x)[:, np.newaxis], len(alphas), axis=1)
    errors = np.zeros_like(level)
    for step in range(x.shape[1]):
        value = x[:, step, np.newaxis]
        error = np.where(np.isnan(value), 0.0, value - level)
        level += alphas * error
        errors += error**2
    weights = _weights(errors, x, np.zeros(len(alphas)))
    return np.repeat((weights * level).sum(axis=1, keepdims=True), horizon, axis=1)


def damped(x: Floats, horizon: int) -> Floats:
    """A level and a trend that fades, (N, C) to (N, H)."""
    alpha, beta, phi = np.array(_HOLT).T
    level = np.repeat(_start(x)[:, np.newaxis], len(alpha), axis=1)
    trend, errors = np.zeros_like(level), np.zeros_like(level)
    for step in range(x.shape[1]):
        value = x[:, step, np.newaxis]
        gone = np.isnan(value)
        ahead = level + phi * trend
        error = np.where(gone, 0.0, value - ahead)
        level = np.where(gone, level, ahead + alpha * error)
        trend = np.where(gone, trend, phi * trend + beta * error)
        errors += error**2
    weights = _weights(errors, x, np.zeros(len(alpha)))
    steps = np.cumsum(phi[:, np.newaxis] ** np.arange(1, horizon + 1), axis=1)
    found: Floats = (weights * level).sum(axis=1, keepdims=True) + (weights * trend) @ steps
    return found


def winters(x: Floats, season: int, profile: Floats, horizon: int) -> Floats:
    """A level, a trend and a season that all follow the series, (N, C) to (N, H).

    Args:
        x: NaN before the first value of a history.
        profile: (N, m), the season to start with.
    """
    alpha, beta, gamma, phi = np.array(_WINTERS).T
    rows, steps = x.shape
    started = np.isnan(x[:, ::-1]).argmax(axis=1)
    started = np.where(np.isnan(x).any(axis=1), steps - started, 0)
    phases = (np.arange(steps) - steps) % season
    level = np.repeat(_start(x - profile[:, phases])[:, np.newaxis], len(alpha), axis=1)
    trend, errors = np.zeros_like(level), np.zeros_like(level)
    seasonal = np.repeat(profile.T[:, :, np.newaxis], len(alpha), axis=2)  # (m, N, G)
    for step in range(int(started.min(initial=steps)) if rows else 0, steps):
        value, phase = x[:, step, np.newaxis], phases[step]
        gone = np.isnan(value)
        ahead = level + phi * trend
        error = np.where(gone, 0.0, value - ahead - seasonal[phase])
        level = np.where(gone, level, ahead + alpha * error)
        trend = np.where(gone, trend, phi * trend + beta * error)
        seasonal[phase] += gamma * error
        errors += error**2
    weights = _weights(errors, x, np.where(phi > 0, 1.0, 0.0))
    grown = np.cumsum(phi[:, np.newaxis] ** np.arange(1, horizon + 1), axis=1)
    base = (weights * level).sum(axis=1, keepdims=True) + (weights * trend) @ grown
    by_phase = (seasonal * weights).sum(axis=2).T
    found: Floats = base + by_phase[:, np.arange(horizon) % season]
    return found


def _start(x: Floats) -> Floats:
    """The level to start with: the mean of the first four values (N,)."""
    there = np.isfinite(x)
    first = there & (np.cumsum(there, axis=1) <= 4)
    found: Floats = np.where(first, x, 0.0).sum(axis=1) / np.maximum(first.sum(axis=1), 1)
    return found


def _weights(errors: Floats, x: Floats, parameters: Floats) -> Floats:
    """Akaike weights (N, G) of sums of squared errors (N, G)."""
    count = np.isfinite(x).sum(axis=1, keepdims=True)
    # the first errors tell of the start, and a perfect fit needs no logarithm of 0
    criterion = count * np.log(errors / np.maximum(count, 1) + 1e-8) + _PENALTY * parameters
    odds = np.exp(-0.5 * (criterion - criterion.min(axis=1, keepdims=True)))
    weights: Floats = odds / odds.sum(axis=1, keepdims=True)
    return weights
