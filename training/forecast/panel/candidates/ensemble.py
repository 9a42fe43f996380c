"""Weights of candidates that are at least 0, chosen on the validation part.

Reference:
    Caruana et al., Ensemble Selection from Libraries of Models, ICML 2004: picks with replacement, each the one that
    helps most, from random parts of the library, so that one lucky candidate does not take all.
    Smith and Wallis, A Simple Explanation of the Forecast Combination Puzzle, 2009: on few observations, weights that
    depend little on them do better than the best ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seqserve.core.arrays import Floats

_BAGS = 20
_PICKS = 8
_MEMBERS = 6
_LEAST = 0.04
"""A smaller weight is left out."""
_SHARPNESS = 8
"""What is a tenth worse has less than half the weight in `cautious`."""


def weights(forecasts: list[Floats], targets: Floats, scales: Floats, seed: int = 0) -> Floats:
    """How much each candidate counts; they sum to 1.

    Args:
        forecasts: (N, H) each.
        targets: (N, H), NaN where there is none.
        scales: (N, 1), what errors are divided by.
    """
    random = np.random.default_rng(seed)
    stack = np.stack([forecast / scales for forecast in forecasts])
    actual = targets / scales
    total = np.zeros(len(stack))
    for _ in range(_BAGS):
        library = np.sort(random.choice(len(stack), max(len(stack) * 2 // 3, 1), replace=False))
        rows = _block(len(actual), random)
        seen = np.isfinite(actual[rows])
        total[library] += _picked(stack[library][:, rows][:, seen], actual[rows][seen])
    return _few(total / total.sum())


def cautious(errors: Sequence[float], families: Sequence[str]) -> Floats:
    """Weights (C,) of C candidates by error alone, for a validation part that is too small to choose on; they sum to 1.

    Args:
        errors: of each candidate.
        families: candidates of one family are much alike, so only the best of each counts.
    """
    found = np.zeros(len(errors))
    for family in set(families):
        members = [index for index, name in enumerate(families) if name == family]
        best = min(members, key=errors.__getitem__)
        found[best] = (min(errors) / errors[best]) ** _SHARPNESS if errors[best] else 1.0
    return _few(found / found.sum())


def _few(weights: Floats) -> Floats:
    """Only the largest weights, which sum to 1."""
    found = weights.copy()
    found[np.argsort(-found)[_MEMBERS:]] = 0.0
    found[(found < _LEAST) & (found < found.max())] = 0.0
    weighed: Floats = found / found.sum()
    return weighed


def _block(count: int, random: np.random.Generator) -> np.ndarray:
    """Three quarters of the windows, those that follow each other together."""
    blocks = np.array_split(np.arange(count), min(count, 8))
    kept = random.choice(len(blocks), max(len(blocks) * 3 // 4, 1), replace=False)
    return np.concatenate([blocks[index] for index in np.sort(kept)])


def _picked(stack: Floats, actual: Floats) -> Floats:
    """The share of each candidate (M, K) among the picks that err least together."""
    errors = np.abs(stack - actual).mean(axis=1)
    picks = [int(np.argmin(errors))]
    best, chosen = float(errors.min()), list(picks)
    total = stack[picks[0]].copy()
    while len(picks) < _PICKS:
        tried = np.abs((total + stack) / (len(picks) + 1) - actual).mean(axis=1)
        pick = int(np.argmin(tried))
        picks.append(pick)
        total += stack[pick]
        if tried[pick] < best:
            best, chosen = float(tried[pick]), list(picks)
    counts = np.bincount(chosen, minlength=len(stack)).astype(np.float64)
    share: Floats = counts / counts.sum()
    return share
