"""The baselines that a classifier of sequences must beat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from training.classify.data.batches import Steps
from training.sentiment.baselines import majority

__all__ = ["flat", "linear", "majority", "nearest", "step_windows"]

Rows = npt.NDArray[np.float64]
Classes = npt.NDArray[np.int32]

_LONGEST = 1_024
"""Numbers of a flattened sequence, about, at most."""
_AROUND = 2
"""Steps before and behind a step that its baselines look at."""
_MOST = 20_000
"""Rows that a baseline learns from, at most."""


def flat(rows: Sequence[Steps], length: int) -> Steps:
    """Sequences (T, D), each drawn out along lines to one length, as vectors (N, length * D)."""
    width = rows[0].shape[1]
    length = max(1, min(length, _LONGEST // width))
    at = np.linspace(0, 1, length)
    found = np.empty((len(rows), length, width), dtype=np.float32)
    for into, row in zip(found, rows, strict=True):
        if len(row) == length:
            into[:] = row
        else:
            own = np.linspace(0, 1, len(row)) if len(row) > 1 else np.zeros(1)
            into[:] = np.stack([np.interp(at, own, column) for column in row.T], axis=1)
    return found.reshape(len(rows), -1)


def step_windows(rows: Sequence[Steps]) -> Steps:
    """Each step of sequences (T, D) with its two neighbours on either side, as vectors (all T, 5 * D)."""
    found = []
    for row in rows:
        padded = np.pad(row, ((_AROUND, _AROUND), (0, 0)), mode="edge")
        found.append(np.concatenate([padded[shift : shift + len(row)] for shift in range(2 * _AROUND + 1)], axis=1))
    return np.concatenate(found)


def nearest(train: Steps, actual: Classes, given: Steps, classes: int, seed: int) -> Rows:
    """The class of the nearest vector, Euclidean, as probabilities: (N, C)."""
    chosen = _some(len(train), seed)
    model = KNeighborsClassifier(n_neighbors=1).fit(train[chosen], actual[chosen])
    # All of the belief on one class would have an endless log loss; Laplace's rule leaves the others some.
    found: Rows = (np.eye(classes)[model.predict(given)] + 0.5 / classes) / 1.5
    return found


def linear(train: Steps, actual: Classes, given: Steps, classes: int, seed: int) -> Rows:
    """Logistic regression on the vectors: (N, C)."""
    chosen = _some(len(train), seed)
    model = LogisticRegression(C=0.1, max_iter=200, tol=1e-3).fit(train[chosen], actual[chosen])
    found = np.zeros((len(given), classes))
    found[:, model.classes_] = model.predict_proba(given).astype(np.float64)  # whose sums are off in single precision
    shares: Rows = found / found.sum(axis=1, keepdims=True)
    return shares


def _some(count: int, seed: int) -> npt.NDArray[np.intp]:
    return np.sort(np.random.default_rng(seed).permutation(count)[:_MOST])
