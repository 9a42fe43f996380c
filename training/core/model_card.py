"""Model cards: what a version is, what it learned from and how well it does, for people.

The frame is the same for all tasks; what a task says in it is a `Card`, made by `training/<task>/card.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seqserve.registry.artifact import Source
from training.core.scoring import Row, Scoring


@dataclass(frozen=True)
class Card:
    """What a task says on a card, as Markdown.

    Args:
        summary: what the model does, and its network.
        results: what follows the table of scores on the test part.
        limits: what it cannot do.
        units: of the scores, where they have some.
        effort: what is counted as `epochs`.
        measured: where the scores of `test` are from.
    """

    summary: str
    results: str
    limits: str
    units: str = ""
    effort: str = "epochs"
    measured: str = "On the test part"


def render(
    name: str, card: Card, source: Source, report: Sequence[str], metrics: Mapping[str, Any], scoring: Scoring
) -> str:
    """The card of a version, as Markdown.

    Args:
        report: what was changed in the data, a line each.
        metrics: as in `metrics.json`.
    """
    changes = "".join(f"- {line}\n" for line in report) or "- nothing to clean\n"
    address = f" (<{source.url}>)" if source.url else ""
    epochs = f", {metrics['epochs']:,} {card.effort}" if metrics["epochs"] else ""
    units = f", {card.units}" if card.units else ""
    measured = f"{card.measured}{units}, seed {metrics['seed']}{epochs}:\n\n{compared(scoring, metrics)}\n\n"
    return f"""# {name}

{card.summary}

## Data
{source.name}{address}; licence: {source.licence}.

{metrics["split"]}
{changes}
## How well it does
{measured if metrics["test"] else ""}{scoring.verdict(metrics)}

{card.results}

## Limits
{card.limits}
"""


def compared(scoring: Scoring, metrics: Mapping[str, Any], part: str = "test", baselines: str = "baselines") -> str:
    """A table of the scores of a model and of its baselines on a part."""
    return table(scoring, {"this model": metrics[part], **metrics[baselines]})


def table(scoring: Scoring, rows: Mapping[str, Row]) -> str:
    """A table of scores, a row for each name."""
    headings = {score: name for score, name in scoring.headings.items() if all(score in row for row in rows.values())}
    lines = [f"| | {' | '.join(headings.values())} |", "| --- |" + " ---: |" * len(headings)]
    for name, row in rows.items():
        lines.append(f"| {name} | {' | '.join(f'{row[score]:.4g}' for score in headings)} |")
    return "\n".join(lines)
