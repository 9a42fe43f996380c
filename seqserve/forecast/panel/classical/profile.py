"""The seasonal profile of a window: what the steps of a season add to its level."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seqserve.core.arrays import Floats

Bools = npt.NDArray[np.bool_]

_CYCLES = 10
_FADING = 0.75
"""Weight of a cycle relative to the one behind it."""


def profile(x: Floats, season: int) -> Floats:
    """What each step of the last season adds to the level, shrunk where cycles differ from each other.

    Args:
        x: (N, C), NaN before the first value of a history.
        season: steps.

    Returns:
        (N, season); the last column is the phase of the last step. 0 with fewer than two whole cycles.
    """
    rows, steps = x.shape
    cycles = min(_CYCLES, steps // season)
    if season < 2 or cycles < 2:
        return np.zeros((rows, season))
    parts = x[:, steps - cycles * season :].reshape(rows, cycles, season)
    whole: Bools = np.asarray(np.isfinite(parts).all(axis=2))
    count = whole.sum(axis=1)
    parts = np.where(whole[:, :, np.newaxis], parts, 0.0)
    means = parts.mean(axis=2)
    slopes = _slopes(means, whole) / season
    along = np.arange(season) - (season - 1) / 2
    detrended = parts - means[:, :, np.newaxis] - slopes[:, :, np.newaxis] * along
    detrended[~whole] = 0.0
    weights = whole * _FADING ** np.arange(cycles - 1, -1, -1.0)
    total = np.maximum(weights.sum(axis=1), 1e-12)
    mean = (detrended * weights[:, :, np.newaxis]).sum(axis=1) / total[:, np.newaxis]
    remainder = np.where(whole[:, :, np.newaxis], detrended - mean[:, np.newaxis], 0.0)
    whole_variance = (detrended**2).sum(axis=(1, 2))
    share = (remainder**2).sum(axis=(1, 2)) / np.maximum(whole_variance, 1e-12)
    strength = np.clip(1 - count / np.maximum(count - 1, 1) * share, 0, 1)
    strength = np.where((count >= 2) & (whole_variance > 0), strength, 0.0)
    found: Floats = mean * np.sqrt(strength)[:, np.newaxis]
    return found


def tiled(found: Floats, steps: int) -> Floats:
    """A profile (N, m) for each of the last `steps` of a window, (N, steps)."""
    season = found.shape[1]
    return found[:, np.arange(-steps, 0) % season]


def ahead(found: Floats, horizon: int) -> Floats:
    """A profile (N, m) for each step behind a window, (N, H)."""
    return found[:, np.arange(horizon) % found.shape[1]]


def _slopes(means: Floats, whole: Bools) -> Floats:
    """How much the level rises in each cycle: the mean of the changes to its neighbours."""
    both = whole[:, 1:] & whole[:, :-1]
    changes = np.where(both, np.diff(means, axis=1), 0.0)
    total, count = np.zeros_like(means), np.zeros_like(means)
    total[:, 1:] += changes
    total[:, :-1] += changes
    count[:, 1:] += both
    count[:, :-1] += both
    slopes: Floats = total / np.maximum(count, 1)
    return slopes
