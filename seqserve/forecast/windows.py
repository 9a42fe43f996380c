"""Windows from series: the one place that says which steps a network sees and which it must predict.

A series is an array (T, D): T steps of D features. With a window of L steps there are T - L + 1
windows, oldest first: window i holds steps i to i + L - 1. So 1,000 values and a window of 50 give
951 windows. For training, window i is paired with the H steps behind it, which leaves T - L - H + 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from seqserve.core.arrays import Floats


class Pairs(NamedTuple):
    """Windows and what came after them.

    Shape:
        inputs: (N, L, D), all features.
        targets: (N, H), the target feature.
    """

    inputs: Floats
    targets: Floats


def as_series(values: npt.ArrayLike) -> Floats:
    """One number a step, or D numbers a step, as a series (T, D) of float64.

    Raises:
        ValueError: the values have another shape.
    """
    series = np.asarray(values, dtype=np.float64)
    if series.ndim == 1:
        series = series[:, np.newaxis]
    if series.ndim != 2:
        raise ValueError(f"a series has shape (T,) or (T, D), not {series.shape}")
    return series


def windows(series: npt.ArrayLike, length: int) -> Floats:
    """All windows of a series, oldest first, as a read-only view.

    Shape:
        series (T, D) or (T,) to (T - length + 1, length, D); (0, length, D) if the series is shorter.
    """
    steps = as_series(series)
    if length < 1:
        raise ValueError(f"a window has at least one step, not {length}")
    if len(steps) < length:
        return np.empty((0, length, steps.shape[1]))
    view = np.lib.stride_tricks.sliding_window_view(steps, length, axis=0)
    return view.transpose(0, 2, 1)


def pairs(series: npt.ArrayLike, length: int, horizon: int, target: int = 0, first: int = 0) -> Pairs:
    """Windows with the `horizon` steps of the target feature behind each, oldest first.

    Args:
        series: (T, D) or (T,).
        target: the feature to predict.
        first: no target lies before this step. A part of a series that begins at step `first` is
            so predicted from the history before it, and no target belongs to two parts.
    """
    steps = as_series(series)
    if horizon < 1:
        raise ValueError(f"a horizon has at least one step, not {horizon}")
    start = max(first, length)
    inputs = windows(steps[start - length : -horizon], length)
    targets = windows(steps[start:, target], horizon)[:, :, 0]
    return Pairs(inputs, targets)


def fill_gaps(series: npt.ArrayLike) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Give every gap (NaN) the value before it; gaps at the very start take the first value there is.

    The rule looks only backwards, so that a window is filled alike in training, where its future is
    known, and in serving, where it is not.

    Returns:
        The filled series (T, D) and where the gaps were (T, D). A feature without any value stays NaN.
    """
    steps = as_series(series)
    gaps = np.isnan(steps)
    if not gaps.any():
        return steps, gaps
    rows = np.where(gaps, -1, np.arange(len(steps))[:, np.newaxis])
    first = np.argmax(~gaps, axis=0)
    source = np.maximum(np.maximum.accumulate(rows, axis=0), first)
    return np.take_along_axis(steps, source, axis=0), gaps
