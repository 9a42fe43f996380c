"""How much wider intervals must be than the network states them, so that 80% of the values are in those of 80%.

A factor a class of seasons is fitted on held-out windows. So that a set is not judged by a factor that it decided,
it is judged by factors of the other sets (`without`): cross-fitting over sets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.forecast.universal.config import Width
from seqserve.forecast.universal.predictor import UniversalForecaster
from training.forecast.universal.evaluation.compare import query
from training.forecast.universal.evaluation.windows import Window

SEASONS = (1, 2, 5, 8, 13, 52, 53)
"""Where classes of seasons begin: none, quarters, days of a week, months, hours and the like, a year of weeks, more."""

FACTORS = np.round(np.arange(1.0, 1.51, 0.05), 2)
"""Never below 1: sets that were learned from are among those that decide, and new ones vary more."""
_LEVEL = 0.8
_FEWEST_SETS = 2
_FEWEST_WINDOWS = 10  # of a set that counts


class Reach(NamedTuple):
    """By how much the 80% intervals of a window would have to be widened.

    Args:
        season: the steps in the season that was used.
        needed: (H,), the factor that just brings a value into the interval of its step; NaN where it is not known.
    """

    season: int
    needed: Floats


def reaches(forecaster: UniversalForecaster, windows: Sequence[Window]) -> list[Reach]:
    """What the intervals of a forecaster without widths of its own would need on the windows of a set."""
    prepared = [forecaster.prepare_checked(query(window), len(window.actual)) for window in windows]
    found = []
    for item, stated, window in zip(prepared, forecaster.infer(prepared), windows, strict=True):
        low, middle, high = (
            forecaster.at(stated[: item.horizon], level) for level in ((1 - _LEVEL) / 2, 0.5, (1 + _LEVEL) / 2)
        )
        away = window.actual - middle
        half = np.where(away < 0, middle - low, high - middle)
        needed = np.where(away == 0, 0.0, np.abs(away) / np.maximum(half, 1e-300))
        found.append(Reach(item.season, needed))
    return found


def widths(sets: Mapping[str, Sequence[Reach]], without: str | None = None) -> list[Width]:
    """The factor of each class of seasons with which the intervals hold what they say, as a mean over sets.

    A class that is in fewer than two sets stays as it is.

    Args:
        without: the name of a set that must not decide.
    """
    found = []
    for begin, end in zip(SEASONS, [*SEASONS[1:], 10**9], strict=True):
        shares = []
        for name, windows in sets.items():
            known = [one.needed[~np.isnan(one.needed)] for one in windows if begin <= one.season < end]
            if name != without and len(known) >= _FEWEST_WINDOWS:
                shares.append([np.mean([np.mean(needed <= factor) for needed in known]) for factor in FACTORS])
        if len(shares) < _FEWEST_SETS:
            factor = 1.0
        else:
            factor = float(FACTORS[np.abs(np.mean(shares, axis=0) - _LEVEL).argmin()])
        found.append(Width(season=begin, factor=factor))
    return found
