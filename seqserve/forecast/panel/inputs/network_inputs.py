"""What a network of a panel sees: patches of the latest values, and for each step ahead what statistics say of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from seqserve.core.arrays import Floats
from seqserve.forecast.panel.classical.bases import lagged
from seqserve.forecast.panel.view import View

_NEAR = 14
"""Latest steps of a covariate that are seen."""


class NetworkInputs(BaseModel):
    """The shape of what a network sees."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    patch: int = Field(ge=1, description="Steps that its recurrent layer takes at once.")
    patches: int = Field(ge=1, description="How many of them it looks at.")
    calendar: bool = Field(description="Whether it sees the calendar.")
    covariates: bool = Field(description="Whether it sees known, past and static columns.")


class Inputs(NamedTuple):
    """Patches (N, P, 3L), numbers of the window (N, S), those of each step (N, H, G), and bases (N, H, B)."""

    patches: Floats
    window: Floats
    steps: Floats
    bases: Floats


def inputs(view: View, which: NetworkInputs) -> Inputs:
    """What a network sees of windows."""
    x, windows = view.scaled.x, view.windows
    rows, length, season = len(x), x.shape[1], view.periods[0]
    looked = which.patch * which.patches
    there = np.isfinite(x)
    values = np.where(there, x, 0.0)
    before = np.zeros_like(values)
    before[:, season:] = values[:, :-season] if season < length else 0.0
    channels = np.stack([values, before, there.astype(np.float64)], axis=2)[:, -looked:]
    if channels.shape[1] < looked:
        missing = np.zeros((rows, looked - channels.shape[1], 3))
        channels = np.concatenate([missing, channels], axis=1)
    each = [view.bases, *_aligned(view), _along(rows, windows.horizon)]
    window = [_scalars(view)]
    if which.calendar:
        each.append(windows.calendar)
    if which.covariates:
        each.append(windows.known[:, length:])
        window += [windows.static, windows.past[:, -_NEAR:].reshape(rows, -1)]
        window.append(windows.known[:, max(length - _NEAR, 0) : length].reshape(rows, -1))
    return Inputs(
        channels.reshape(rows, which.patches, -1),
        np.concatenate(window, axis=1),
        np.concatenate(each, axis=2),
        view.bases,
    )


def _aligned(view: View) -> list[Floats]:
    """Values at the same phase of the last seasons, and whether there are any; (N, H, 2) each."""
    found = []
    for period in view.periods:
        for back in range(1, 3 if period > 1 else 2):
            values, there = lagged(view.scaled.x, period, view.windows.horizon, back)
            found.append(np.stack([np.where(there, values, 0.0), there.astype(np.float64)], axis=2))
    return found


def _along(rows: int, horizon: int) -> Floats:
    """How far ahead a step is, (N, H, 2)."""
    steps = np.arange(1, horizon + 1)
    along = np.stack([steps / horizon, np.log1p(steps) / 4], axis=1)
    return np.broadcast_to(along, (rows, horizon, 2))


def _scalars(view: View) -> Floats:
    """How a window moves: the size of its steps, of its seasonal steps, its length and its spread; (N, 4)."""
    x = view.scaled.x
    sizes = [_size(x, 1), _size(x, min(view.periods[0], x.shape[1] - 1))]
    length = np.log1p(np.isfinite(x).sum(axis=1)) / 8
    level = np.abs(view.scaled.level[:, 0])
    spread = view.scaled.spread[:, 0]
    share = spread if view.scaled.transform == "log" else spread / np.maximum(level + spread, 1e-300)
    return np.stack([*sizes, length, np.minimum(share, 1.0)], axis=1)


def _size(x: Floats, apart: int) -> Floats:
    """The logarithm of the mean absolute difference of values so far apart, (N,)."""
    if apart < 1:
        return np.zeros(len(x))
    steps = np.abs(x[:, apart:] - x[:, :-apart])
    there = np.isfinite(steps)
    mean = np.where(there, steps, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    found: Floats = np.log(mean + 0.01)
    return found
