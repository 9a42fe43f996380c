"""Synthetic series: each module draws one kind, and `sample` a mixture of all with what instruments do to them.

A generator is `sample(rng, count, length, season) -> (count, length)`, in any unit: the forecaster scales each window.
"""

from __future__ import annotations

import numpy as np

from seqserve.core.arrays import Floats
from training.forecast.universal.generators import (
    bursts,
    calendar,
    curves,
    demand,
    diffusions,
    gaussian_process,
    instruments,
    regimes,
    shifts,
    trend_season,
)

GENERATORS = {
    "trend_season": (trend_season.sample, 0.22),
    "gaussian_process": (gaussian_process.sample, 0.14),
    "calendar": (calendar.sample, 0.14),
    "diffusions": (diffusions.sample, 0.14),
    "bursts": (bursts.sample, 0.1),
    "regimes": (regimes.sample, 0.08),
    "demand": (demand.sample, 0.08),
    "shifts": (shifts.sample, 0.06),
    "curves": (curves.sample, 0.04),
}
"""Each with its share of the mixture."""


def sample(rng: np.random.Generator, count: int, length: int, season: int) -> Floats:
    """Series (count, length), every kind by its share."""
    shares = np.array([share for _, share in GENERATORS.values()])
    counts = rng.multinomial(count, shares / shares.sum())
    series = []
    for (name, (draw, _)), number in zip(GENERATORS.items(), counts, strict=True):
        if number:
            drawn = draw(rng, int(number), length, season)
            series.append(drawn if name == "demand" else instruments.observed(rng, drawn, season))
    return np.concatenate(series)[rng.permutation(count)]
