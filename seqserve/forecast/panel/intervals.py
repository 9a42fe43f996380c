"""Quantiles around a forecast: residuals of the validation part, in a unit that each window gives.

Reference:
    Lei et al., Distribution-Free Predictive Inference for Regression, JASA 2018: split conformal, scaled residuals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from seqserve.core.arrays import Floats
from seqserve.forecast.panel.scaling import Transform
from seqserve.forecast.panel.view import View

Unit = Literal["spread", "steps", "seasonal"]
UNITS: tuple[Unit, ...] = ("spread", "steps", "seasonal")

PROBABILITIES = (0.005, 0.01, 0.025, *(round(0.05 * number, 2) for number in range(1, 20)), 0.975, 0.99, 0.995)
_LEAST = 0.02
"""Of the spread: a window at rest is no promise that the next step is."""


class Intervals(BaseModel):
    """The quantiles of residuals at each step, in scaled units over a unit of the window."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    transform: Transform
    unit: Unit = Field(description="The spread of a window, its mean absolute step, or that of a season.")
    probabilities: list[float] = Field(min_length=3)
    offsets: list[list[float]] = Field(description="(H, P), ascending in each row.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if any(len(row) != len(self.probabilities) for row in self.offsets):
            raise ValueError("offsets need a number for each probability")
        if sorted(self.probabilities) != self.probabilities:
            raise ValueError("probabilities do not ascend")
        return self

    def grid(self, view: View, mean: Floats) -> Floats:
        """All quantiles of forecasts (N, H) in the user's units, (N, H, P)."""
        centre = position(view, mean)
        width = unit_of(view, self.unit)
        return view.scaled.invert(centre[:, :, np.newaxis] + np.array(self.offsets) * width[:, :, np.newaxis])


def position(view: View, values: Floats) -> Floats:
    """Values (N, H) in the scaled units of a view, however far they are."""
    return view.scaled.place(values)


def unit_of(view: View, unit: Unit) -> Floats:
    """What residuals of each window are divided by, in scaled units, (N, 1)."""
    x = view.scaled.x
    if unit == "spread":
        return np.ones((len(x), 1))
    apart = min(1 if unit == "steps" else view.periods[0], x.shape[1] - 1)
    steps = np.abs(x[:, apart:] - x[:, :-apart]) if apart else np.ones_like(x)
    there = np.isfinite(steps)
    mean = np.where(there, steps, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    found: Floats = np.maximum(np.where(there.any(axis=1), mean, 1.0), _LEAST)[:, np.newaxis]
    return found


def read_off(grid: Floats, probabilities: Sequence[float], wanted: float) -> Floats:
    """A quantile (H,) of a grid (H, P), interpolated."""
    return np.array([np.interp(wanted, probabilities, row) for row in grid])
