"""What a linear model sees: lags, classical forecasts, the calendar and covariates, each aligned with its step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from seqserve.core.arrays import Floats
from seqserve.forecast.panel.classical.bases import lagged
from seqserve.forecast.panel.scaling import Scaled
from seqserve.forecast.panel.windows import Windows

_NEAR = 14
"""Latest steps of a covariate that are seen."""


class LinearInputs(BaseModel):
    """Which features a linear model has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lags: int = Field(ge=0, description="Latest scaled values that are seen.")
    anchor: int = Field(ge=0, description="The classical forecast that the model corrects.")
    bases: bool = Field(description="Whether it sees the other classical forecasts.")
    calendar: bool = Field(description="Whether it sees the calendar.")
    covariates: bool = Field(description="Whether it sees known, past and static columns.")


@dataclass(frozen=True)
class Features:
    """Those that all steps share, (N, F), and those of each step ahead, (N, H, G)."""

    shared: Floats
    steps: Floats

    def __getitem__(self, rows: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Features:
        return Features(self.shared[rows], self.steps[rows])

    def at(self, steps: np.ndarray[tuple[int, ...], np.dtype[np.int_]]) -> Features:
        """Those of some of the steps ahead."""
        return Features(self.shared, self.steps[:, steps])


def features(
    windows: Windows, scaled: Scaled, bases: Floats, periods: tuple[int, ...], which: LinearInputs
) -> Features:
    """The features of windows.

    Args:
        bases: (N, H, B), see `seqserve.forecast.panel.classical.bases`.
        periods: the season, and perhaps a longer one.
    """
    horizon, steps = windows.horizon, windows.history.shape[1]
    latest = scaled.x[:, max(steps - which.lags, 0) :]
    shared = [np.where(np.isfinite(latest), latest, 0.0)]
    each: list[Floats] = []
    anchor = bases[:, :, which.anchor]
    if which.bases:
        each.append(bases - anchor[:, :, np.newaxis])
    for period, back in _aligned(periods, which.lags):
        values, there = lagged(scaled.x, period, horizon, back)
        each.append(np.where(there, values - anchor, 0.0)[:, :, np.newaxis])
    if which.calendar:
        each.append(windows.calendar)
    if which.covariates:
        shared += [windows.static, windows.past[:, -_NEAR:].reshape(len(windows), -1)]
        shared.append(windows.known[:, max(steps - _NEAR, 0) : steps].reshape(len(windows), -1))
        each.append(windows.known[:, steps:])
        if windows.known.shape[2]:
            each.append(_known_a_period_ago(windows.known, steps, periods[0]))
    filled = [part.reshape(len(windows), horizon, -1) for part in each] or [np.zeros((len(windows), horizon, 0))]
    return Features(np.concatenate(shared, axis=1), np.concatenate(filled, axis=2))


def _aligned(periods: tuple[int, ...], lags: int) -> list[tuple[int, int]]:
    """The lags aligned with each step that are not among the latest values anyway: a period, and how many back."""
    season = periods[0]
    found = [(season, back) for back in range(3) if season > 1 and (back + 1) * season > lags]
    return [*found, *((period, back) for period in periods[1:] for back in range(2))]


def _known_a_period_ago(known: Floats, steps: int, season: int) -> Floats:
    """What was known of the steps that seasonal lags show, (N, H, K)."""
    horizon = known.shape[1] - steps
    return known[:, np.maximum(steps - season + np.arange(horizon) % season, 0)]
