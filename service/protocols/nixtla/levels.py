"""Levels as clients of Nixtla state them: any number from 0 to below 100, where our models know some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.errors import InputError
from seqserve.forecast.predictor import Forecaster
from service.http.problems import Problem, wrong_shape

Level = int | float


@dataclass(frozen=True)
class Levels:
    """The levels of a request, and what a model is asked for them.

    Args:
        stated: each once, as it was sent.
        levels, quantiles: to ask the model for.
    """

    stated: Sequence[Level]
    levels: list[int]
    quantiles: list[float]
    _forecaster: Forecaster

    @classmethod
    def of(cls, stated: Sequence[Level], forecaster: Forecaster) -> Levels:
        """What a model is asked for these levels.

        Raises:
            Problem: 422 one is above what it is calibrated for.
        """
        levels: set[int] = set()
        quantiles: set[float] = set()
        for level in stated:
            if level == 0:
                continue
            if _knows(forecaster, (int(level),) if level == int(level) else (101,), ()):
                levels.add(int(level))
            elif _knows(forecaster, (), _tails(level)):
                quantiles |= set(_tails(level))
            else:
                levels |= set(_neighbours(level, forecaster)) - {0}
        return cls(list(dict.fromkeys(stated)), sorted(levels), sorted(quantiles), forecaster)

    def bounds(self, level: Level, forecast: dict[str, Any]) -> tuple[Floats, Floats]:
        """The lower and upper bounds (H,) of a level, of a forecast as our route answers it.

        Between two levels that the model knows, the distance from the mean is interpolated as on a normal
        distribution; below the least it shrinks to nothing.
        """
        mean = np.array(forecast["mean"])
        if level == 0:
            return mean, mean
        if level == int(level) and str(int(level)) in forecast["intervals"]:
            return _interval(forecast, int(level))
        low, high = (str(tail) for tail in _tails(level))
        if low in forecast.get("quantiles", {}):
            return np.array(forecast["quantiles"][low]), np.array(forecast["quantiles"][high])
        below, above = _neighbours(level, self._forecaster)
        inner = _interval(forecast, below) if below else (mean, mean)
        outer = _interval(forecast, above)
        share = (_z(level) - _z(below)) / (_z(above) - _z(below))
        lower, upper = (one + share * (other - one) for one, other in zip(inner, outer, strict=True))
        return lower, upper


def read(stated: Any) -> list[Level]:
    """The levels of a request; none if it has none.

    Raises:
        Problem: 422 they are no numbers from 0 to below 100.
    """
    found = [] if stated is None else stated if isinstance(stated, list) else [stated]
    if not all(type(level) in (int, float) and 0 <= level < 100 for level in found):
        raise wrong_shape([("/level", "must be a list of numbers from 0 to below 100")])
    return found


def sigma(level: Level, lower: Floats, upper: Floats) -> Floats:
    """The standard deviation that an interval of a level has on a normal distribution."""
    return (upper - lower) / 2 / (_z(level) or 1.0)


def _tails(level: Level) -> tuple[float, float]:
    tail = round((100 - level) / 200, 9)
    return tail, round(1 - tail, 9)


def _knows(forecaster: Forecaster, levels: Sequence[int], quantiles: Sequence[float]) -> bool:
    try:
        forecaster.check(None, levels, quantiles)
    except InputError:
        return False
    return True


def _neighbours(level: Level, forecaster: Forecaster) -> tuple[int, int]:
    """The known levels around one; 0 if there is none below.

    Raises:
        Problem: 422 there is none above.
    """
    below = max((known for known in forecaster.levels if known < level), default=0)
    above = min((known for known in forecaster.levels if known > level), default=None)
    if above is None:
        most = max(forecaster.levels, default=0)
        raise Problem(422, "wrong-shape", f"level {level}: this model is calibrated up to {most}")
    return below, above


def _interval(forecast: dict[str, Any], level: int) -> tuple[Floats, Floats]:
    bounds = forecast["intervals"][str(level)]
    return np.array(bounds["lower"]), np.array(bounds["upper"])


def _z(level: Level) -> float:
    return NormalDist().inv_cdf((1 + level / 100) / 2)
