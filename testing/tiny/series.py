"""Random walks as arrays and as JSON values."""

from __future__ import annotations

import numpy as np

from seqserve.core.arrays import Floats


def series(steps: int, features: int = 1, seed: int = 0) -> Floats:
    """A random walk around 100, (T, D)."""
    return 100 + np.random.default_rng(seed).normal(size=(steps, features)).cumsum(axis=0)


def values(steps: int, features: int = 1, seed: int = 0) -> list[float] | list[list[float]]:
    """The same random walk as JSON values."""
    walk = series(steps, features, seed)
    found: list[float] | list[list[float]] = (walk[:, 0] if features == 1 else walk).tolist()
    return found


def deciles(values: Floats) -> list[list[float]]:
    """The eleven deciles of each column of (T, D)."""
    found: list[list[float]] = np.quantile(values, np.linspace(0, 1, 11), axis=0).T.tolist()
    return found
