"""What is promised for a task: the numbers that alerts compare its metrics with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_SECONDS = 1.0

LOST_SHARE = 0.001
"""Of all predictions, those that may be lost to the log of predictions."""


@dataclass(frozen=True)
class Objectives:
    """The objectives of a task; `python -m deploy.prometheus` writes them as recording rules.

    Attributes:
        slowest: seconds within which 99 of 100 requests are answered, by the `task` label of a route; 1 s for a route
            that is not named. A bound of the histogram's buckets is exact.
        model_age_days: the oldest that a stable version may become.
        failed_share: of requests that may fail (5xx) in the long run: the error budget.
        interval_hits: the least share of actual values inside an interval, by its level in percent; for tasks that
            answer with intervals.
    """

    slowest: Mapping[str, float] = field(default_factory=dict)
    model_age_days: int = 365
    failed_share: float = 0.005
    interval_hits: Mapping[int, float] = field(default_factory=dict)

    def seconds(self, label: str) -> float:
        """The seconds within which 99 of 100 requests of a route are answered."""
        return self.slowest.get(label, _SECONDS)
