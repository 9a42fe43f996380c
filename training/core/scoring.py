"""Which score decides whether a version beats its baselines, and how scores read on a card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_CLEAR = 2.0
"""Percent of a baseline's error; a smaller gain may be the noise of a small test part. A rule of thumb."""

Row = Mapping[str, float]
"""Scores of one model by name."""


@dataclass(frozen=True)
class Scoring:
    """The scores of a task.

    Args:
        headings: of each score, in the order of a table.
        decides: the score that two models are compared by.
        lower_is_better: whether the smaller of two such scores wins.
        perfect: the best score there can be; the distance to it is the error.
        name: of the score, or of the error, in a sentence.
        gain: how a gain over the best baseline reads, with `name`, `points` and `percent` of the baseline's error.
    """

    headings: Mapping[str, str]
    decides: str
    lower_is_better: bool
    perfect: float
    name: str
    gain: str = "{percent:.1f}% below the {name} of the best"

    def is_worse(self, row: Row, other: Row) -> bool:
        """Whether scores are strictly worse than others: a tie is not worse, in any task."""
        mine, its = row[self.decides], other[self.decides]
        return mine > its if self.lower_is_better else mine < its

    def worse_than(self, row: Row, baselines: Mapping[str, Row]) -> list[str]:
        """The names of the baselines that are better than a model."""
        return [name for name, baseline in baselines.items() if self.is_worse(row, baseline)]

    def best(self, rows: Mapping[str, Row]) -> str | None:
        """The name of the row with the best score; none if no row has one."""
        names = [name for name, row in rows.items() if self.decides in row]
        return min(names, key=lambda name: self.error(rows[name]), default=None)

    def error(self, row: Row) -> float:
        """How far scores are from perfect; less is better."""
        return abs(self.perfect - row[self.decides])

    def verdict(self, metrics: Mapping[str, Any]) -> str:
        """One sentence that says plainly whether a model is worth having.

        Args:
            metrics: `test`, `baselines` and `worse_than` of a version.
        """
        if metrics["worse_than"]:
            return f"**It does worse than {' and '.join(metrics['worse_than'])}** ({self.name}): use that instead."
        if not metrics["baselines"]:
            return "It was not measured."
        best = min(map(self.error, metrics["baselines"].values()))
        points = best - self.error(metrics["test"])
        if not points > 0:
            return f"It does as well as the best baseline ({self.name}), no better."
        percent = 100 * points / best
        gain = f"It beats every baseline: {self.gain.format(name=self.name, percent=percent, points=points)}"
        return f"{gain}." if percent >= _CLEAR else f"{gain}, which may be no more than luck."


CLASSIFICATION = Scoring(
    headings={
        "accuracy": "accuracy",
        "macro_f1": "macro F1",
        "log_loss": "log loss",
        "calibration_error": "calibration error",
    },
    decides="accuracy",
    lower_is_better=False,
    perfect=1,
    name="error rate",
)
"""Of the tasks that label texts and sequences."""
