"""What a model of many series sees: each window by its own level and spread, in logarithms where that serves.

A window is right-aligned: its last column is the latest step. What is before the history of a short series, and
a gap, is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from seqserve.core.arrays import Floats

Transform = Literal["none", "log"]

REACH = 20.0
"""How far from its level a scaled value is still told apart, in spreads."""

_SMALLEST_SHARE = 1e-3
"""Of the window's median: what a logarithm takes instead of a smaller value."""
_FLAT = 1e-6
"""Of the window's level: a smaller spread counts as rounding."""


@dataclass(frozen=True)
class Scaled:
    """Windows in scaled units, and the way back.

    Args:
        x: (N, C), gaps filled; NaN before the first value of a history.
        known: (N, C), where a value was observed.
        level, spread: (N, 1).
        transform: what was done before scaling.
        smallest: (N, 1), what a logarithm takes instead of a smaller value.
    """

    x: Floats
    known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    level: Floats
    spread: Floats
    transform: Transform
    smallest: Floats | float = 0.0

    def apply(self, values: Floats) -> Floats:
        """Values (N, H) in the user's units to scaled ones."""
        return np.clip(self.place(values), -REACH, REACH)

    def place(self, values: Floats) -> Floats:
        """The same, however far from the level."""
        return (_transformed(values, self.smallest, self.transform) - self.level) / self.spread

    def invert(self, scaled: Floats) -> Floats:
        """Scaled values (N, H) or (N, H, Q) to the user's units."""
        level, spread = (
            (self.level, self.spread) if scaled.ndim == 2 else (self.level[..., None], self.spread[..., None])
        )
        values = scaled * spread + level
        # e to the power of 20 spreads of a wild window would be no forecast
        return np.exp(np.minimum(values, level + 12.0)) if self.transform == "log" else values


def scale(values: Floats, season: int, transform: Transform, floor: float) -> Scaled:
    """Scale windows by themselves.

    Args:
        values: (N, C) in the user's units, at least one observed in each.
        season: steps; a gap takes the value one season before it where there is one.
        floor: the smallest spread, in the user's units; with a logarithm it is not used.
    """
    known = np.isfinite(values)
    smallest: Floats | float = 0.0
    if transform == "log":
        smallest = np.nanmedian(np.where(known, np.abs(values), np.nan), axis=1, keepdims=True) * _SMALLEST_SHARE
        smallest = np.maximum(smallest, 1e-300)
        values = _transformed(values, smallest, transform)
    filled = fill(values, season)
    there = np.isfinite(filled)
    latest = max(season, 4) if season > 1 else 8
    level = _mean(filled[:, -latest:], there[:, -latest:])
    centred = np.where(there, filled - level, 0.0)
    recent = slice(-max(2 * season, 64), None)
    spread = np.sqrt(_mean(centred[:, recent] ** 2, there[:, recent]))
    steps = np.abs(np.diff(centred, axis=1)) if values.shape[1] > 1 else np.zeros_like(centred)
    moves = there[:, 1:] & there[:, :-1] if values.shape[1] > 1 else there
    spread = np.maximum(spread, 0.2 * _mean(steps, moves))
    least = _FLAT * np.abs(level) if transform == "none" else np.full_like(level, 1e-4)
    spread = np.maximum(np.maximum(spread, least), max(floor, 1e-300) if transform == "none" else 1e-4)
    return Scaled(np.clip((filled - level) / spread, -REACH, REACH), known, level, spread, transform, smallest)


def fill(values: Floats, season: int) -> Floats:
    """Give every gap (NaN) the value a season before it, or else the one before it; (N, C)."""
    gaps = np.isnan(values)
    inner = gaps & (np.cumsum(~gaps, axis=1) > 0)
    if not inner.any():
        return values
    filled = values.copy()
    for step in np.flatnonzero(inner.any(axis=0)):
        rows = np.flatnonzero(inner[:, step])
        before = filled[rows, step - 1]
        if season > 1 and step >= season:
            same = filled[rows, step - season]
            before = np.where(np.isfinite(same), same, before)
        filled[rows, step] = before
    return filled


def _transformed(values: Floats, smallest: Floats | float, transform: Transform) -> Floats:
    return np.log(np.maximum(values, smallest)) if transform == "log" else values


def _mean(values: Floats, counts: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    """The mean (N, 1) of what counts; 0 where nothing does."""
    total = np.where(counts, values, 0.0).sum(axis=1, keepdims=True)
    found: Floats = total / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return found
