"""What is said of predictions, and how right they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class Counts(NamedTuple):
    """A measure: of how many steps or texts, and the sum over them."""

    number: int
    total: float

    @property
    def mean(self) -> float | None:
        """The mean; none if there is nothing that it could be of."""
        return self.total / self.number if self.number else None


Scores = dict[str, Counts]
"""By measure; a task says what its measures are."""


@dataclass(frozen=True)
class Found:
    """A prediction in the log."""

    task: str
    model: str
    version: str
    caller: str | None
    answer: dict[str, Any]


@dataclass(frozen=True)
class Feedback:
    """What is said of a prediction.

    Args:
        content: JSON.
        scores: how right the prediction was.
    """

    caller: str | None
    content: str
    scores: Mapping[str, Counts]


class VersionCounts(NamedTuple):
    """How many predictions of a version the log has, of how many something was said, and their scores."""

    predictions: int
    feedback: int
    scores: Scores


def together(versions: Mapping[str, VersionCounts]) -> VersionCounts:
    """The same of all versions."""
    scores: Scores = {}
    for each in versions.values():
        for measure, (number, total) in each.scores.items():
            before = scores.get(measure, Counts(0, 0.0))
            scores[measure] = Counts(before.number + number, before.total + total)
    predictions = sum(each.predictions for each in versions.values())
    return VersionCounts(predictions, sum(each.feedback for each in versions.values()), scores)
