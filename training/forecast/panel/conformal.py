"""The quantiles of a forecaster's residuals on the validation part, a row for each step ahead.

Reference:
    Lei et al., Distribution-Free Predictive Inference for Regression, JASA 2018.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.forecast.panel import intervals
from seqserve.forecast.panel.intervals import PROBABILITIES, UNITS, Intervals
from seqserve.forecast.panel.view import View
from training.forecast.panel.scores import pinball

_ENOUGH = 100
"""Residuals of a step that quantiles of its own are taken of; with fewer all steps are looked at together."""


def calibrated(view: View, mean: Floats, targets: Floats, scales: Floats) -> Intervals:
    """Intervals whose unit serves the quantiles best.

    Args:
        view: of the windows of the validation part.
        mean: (N, H), what was forecast there by what had not seen it.
        targets: (N, H), NaN where there is none.
        scales: (N, 1), what errors are divided by to compare units.
    """
    residuals = view.scaled.place(targets) - view.scaled.place(mean)
    found = []
    for unit in UNITS:
        offsets = table(residuals / intervals.unit_of(view, unit))
        one = Intervals(
            transform=view.scaled.transform, unit=unit, probabilities=list(PROBABILITIES), offsets=offsets.tolist()
        )
        loss = np.nanmean(pinball(targets, one.grid(view, mean), PROBABILITIES) / scales[:, :, np.newaxis])
        found.append((float(loss), one))
    return min(found, key=lambda pair: pair[0])[1]


def table(residuals: Floats) -> Floats:
    """Quantiles (H, P) of residuals (N, H), NaN where there is none; that of 0.5 is 0."""
    seen = np.isfinite(residuals)
    if not seen.any():
        return np.zeros((residuals.shape[1], len(PROBABILITIES)))
    count = seen.sum(axis=0)
    size = np.where(seen, np.abs(residuals), 0.0).sum(axis=0) / np.maximum(count, 1)
    size = np.where(count, size, np.abs(residuals[seen]).mean())
    if len(residuals) >= _ENOUGH:
        rows = [_quantiles(column[np.isfinite(column)]) for column in residuals.T]
        found = np.array(rows)
    else:
        smooth = np.maximum(_smoothed(size), 1e-9)
        pooled = residuals / smooth
        # windows that overlap tell no more than their number
        found = smooth[:, np.newaxis] * _quantiles(pooled[np.isfinite(pooled)], len(residuals))
    found[:, PROBABILITIES.index(0.5)] = 0.0
    middle = PROBABILITIES.index(0.5)
    found[:, :middle] = np.minimum(found[:, :middle], 0.0)
    found[:, middle:] = np.maximum(found[:, middle:], 0.0)
    ordered: Floats = np.sort(found, axis=1)
    return ordered


def _quantiles(residuals: Floats, count: int | None = None) -> Floats:
    """Conformal quantiles (P,), with a normal tail where there are too few residuals for a rank.

    Args:
        count: how many independent ones there are, if fewer.
    """
    count = min(count or len(residuals), len(residuals))
    if not count:
        return np.zeros(len(PROBABILITIES))
    normal = NormalDist()
    last = min(max(count / (count + 1.0) - 0.5 / (count + 1.0), 0.75), 0.995)
    # a normal tail of few residuals is one of Student's, nearly
    wider = 1 + 1 / count
    found = []
    for wanted in PROBABILITIES:
        # the rank that holds a new one: one more than those there are
        held = 0.5 + (wanted - 0.5) * (1 + 1 / count)
        edge = min(max(held, 1 - last), last)
        value = float(np.quantile(residuals, edge))
        if edge != held:
            value *= wider * normal.inv_cdf(wanted) / normal.inv_cdf(edge)
        found.append(value)
    return np.array(found)


def _smoothed(size: Floats) -> Floats:
    """Sizes of errors by step, each the mean of its neighbours."""
    wide = len(size) // 6
    padded = np.pad(size, wide, mode="edge")
    found: Floats = np.convolve(padded, np.full(2 * wide + 1, 1 / (2 * wide + 1)), mode="valid")
    return found
