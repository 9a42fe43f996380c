"""Scores of a method on sets of windows, and beside another method on the same windows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seqserve.core.arrays import Floats
from training.forecast.universal.evaluation import metrics
from training.forecast.universal.evaluation.metrics import Score
from training.forecast.universal.evaluation.windows import Window


@dataclass(frozen=True)
class Result:
    """The scores of a method on windows of one set, in the order of the windows.

    Args:
        milliseconds: of processor time for one window, on average.
        failed: windows for which the seasonal naive forecast stands in.
    """

    scores: Sequence[Score]
    milliseconds: float = 0.0
    failed: int = 0

    def first(self, count: int) -> Result:
        """The same of the first windows alone."""
        return Result(self.scores[:count], self.milliseconds, self.failed)

    @property
    def wql(self) -> float:
        """Weighted quantile loss: sums in the units of the series, so large series decide it."""
        size = sum(score.size for score in self.scores)
        return sum(score.loss for score in self.scores) / size if size else float("nan")

    def mean(self, name: str) -> float:
        """The mean of a field of `Score` over the windows."""
        return float(np.mean(self._values(name)))

    def _values(self, name: str) -> Floats:
        return np.array([getattr(score, name) for score in self.scores])


@dataclass(frozen=True)
class Ratio:
    """How one method's score relates to another's; below 1 is better.

    Args:
        log: natural logarithm of the ratio, so that ratios of sets are averaged as geometric means.
        variance: of `log`, from how the windows differ.
    """

    log: float
    variance: float

    @property
    def value(self) -> float:
        return math.exp(self.log)

    @property
    def error(self) -> float:
        """Two standard errors of the ratio."""
        return 2 * self.value * math.sqrt(self.variance)


def score(windows: Sequence[Window], forecasts: Sequence[Floats], milliseconds: float = 0.0, failed: int = 0) -> Result:
    """Score a forecast (H, Q) a window.

    Raises:
        ValueError: see `metrics.score`; the message names set and window.
    """
    scores = []
    for place, (window, forecast) in enumerate(zip(windows, forecasts, strict=True)):
        try:
            scores.append(metrics.score(window.actual, forecast, window.scale))
        except ValueError as error:
            raise ValueError(f"{window.set}, window {place}: {error}") from None
    return Result(scores, milliseconds, failed)


def ratio(result: Result, other: Result, name: str) -> Ratio:
    """The ratio of two methods' mean scores on the same windows of a set; `name` is a field of `Score`, or wql.

    The variance is that of a ratio of sums over independent windows (delta method). Windows of one series are not
    quite independent, so it is a little too small.
    """
    if name == "wql":
        return Ratio(math.log(result.wql / other.wql), float("nan"))
    ours, theirs = result._values(name), other._values(name)
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} windows against {len(theirs)}: compare methods on the same windows")
    if not (ours.sum() > 0 and theirs.sum() > 0):
        raise ValueError(f"the {name} of all windows is 0 for one of the methods: there is no ratio")
    parts = ours / ours.sum() - theirs / theirs.sum()
    return Ratio(math.log(ours.sum() / theirs.sum()), float((parts**2).sum()))


def geometric_mean(ratios: Sequence[Ratio]) -> Ratio:
    """Over sets, each of which counts the same.

    Raises:
        ValueError: there is none.
    """
    if not ratios:
        raise ValueError("no set to average over")
    logs = sum(one.log for one in ratios) / len(ratios)
    return Ratio(logs, sum(one.variance for one in ratios) / len(ratios) ** 2)
