"""Model cards: what a version is, what it learned from and how well it does, for people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from seqserve.artifact import Source
from seqserve.classifier import ClassifierConfig
from seqserve.forecast_config import ForecastConfig

_CLEAR = 2.0
"""Percent below a baseline's error that are more than the noise of a small test part, as a rule of thumb."""


@dataclass(frozen=True)
class Scoring:
    """How the scores of a task read.

    Args:
        headings: of each score, in the order of a table.
        error: the name of what decides, and how it is had from the scores.
    """

    headings: dict[str, str]
    error: tuple[str, Callable[[dict[str, float]], float]]


SCORING = {
    "forecast": Scoring(
        {"rmse": "RMSE", "mae": "MAE", "mape": "MAPE %", "smape": "sMAPE %", "mase": "MASE"},
        ("RMSE", lambda row: row["rmse"]),
    ),
    "sentiment": Scoring(
        {
            "accuracy": "accuracy",
            "macro_f1": "macro F1",
            "log_loss": "log loss",
            "calibration_error": "calibration error",
        },
        ("error rate", lambda row: 1 - row["accuracy"]),
    ),
}


def forecast_card(
    name: str, network: str, config: ForecastConfig, source: Source, report: Sequence[str], metrics: dict[str, Any]
) -> str:
    """The card of a forecaster, as Markdown."""
    covered = ", ".join(
        f"{level}%: {100 * sum(steps) / len(steps):.1f}%" for level, steps in metrics["coverage"].items()
    )
    return f"""# {name}

Forecasts `{config.target}`, {config.horizon} ahead at once and up to {config.max_horizon} recursively, from the last
{config.window} steps of {", ".join(f"`{feature}`" for feature in config.features)}.
Network: {network}.

{_data(source, report, metrics)}
## How well it does
On the test part, in the units of the data, seed {metrics["seed"]}, {metrics["epochs"]} epochs:

{_table("forecast", metrics)}

{verdict("forecast", metrics)}

Intervals (split conformal on the validation part) that held the actual value on the test part: {covered or "none"}.
The validation part also chose the epoch, so they are a little too narrow.
`test.json` holds the test part and the window before it: what these figures can be measured on again.

![Actual and predicted](forecast.png)

## Limits
A forecast goes on as the training part did. Where the series changes its ways, neither scores nor intervals hold.
"""


def classifier_card(
    name: str, network: str, config: ClassifierConfig, source: Source, report: Sequence[str], metrics: dict[str, Any]
) -> str:
    """The card of a classifier, as Markdown."""
    return f"""# {name}

Gives a text one of the labels {", ".join(f"`{label}`" for label in config.labels)}, with probabilities.
It reads {config.max_tokens} tokens; of a longer text head and tail. Network: {network}.

{_data(source, report, metrics)}
## How well it does
On the test part, seed {metrics["seed"]}, {metrics["epochs"]} epochs:

{_table("sentiment", metrics)}

{verdict("sentiment", metrics)}

On the validation part, which chose the epoch and the temperature ({config.temperature:.3f}):

{_table("sentiment", metrics, "validation", "validation_baselines")}

![Confusion matrix of the test part](confusion.png)

## Limits
It knows texts like those it was trained on, and takes every text for one of them: another language or another
subject gets a label too. Irony, quotations and mixed opinions are where it errs most.
"""


def verdict(task: str, metrics: dict[str, Any]) -> str:
    """One sentence that says plainly whether the model is worth having."""
    name, error = SCORING[task].error
    if metrics["worse_than"]:
        return f"**It does worse than {' and '.join(metrics['worse_than'])}** ({name}): use that instead."
    best = min(map(error, metrics["baselines"].values()))
    if error(metrics["test"]) == best:
        return f"It does as well as the best baseline ({name}), no better."
    gain = 100 * (1 - error(metrics["test"]) / best)
    found = f"It beats every baseline: {gain:.1f}% below the {name} of the best"
    return f"{found}." if gain >= _CLEAR else f"{found}, which may be no more than luck."


def _data(source: Source, report: Sequence[str], metrics: dict[str, Any]) -> str:
    mended = "".join(f"- {line}\n" for line in report) or "- nothing to mend\n"
    address = f" (<{source.url}>)" if source.url else ""
    return f"## Data\n{source.name}{address}; licence: {source.licence}.\n\n{metrics['split']}\n{mended}"


def _table(task: str, metrics: dict[str, Any], part: str = "test", baselines: str = "baselines") -> str:
    headings = SCORING[task].headings
    lines = [f"| | {' | '.join(headings.values())} |", "| --- |" + " ---: |" * len(headings)]
    for name, row in {"this model": metrics[part], **metrics[baselines]}.items():
        lines.append(f"| {name} | {' | '.join(f'{row[score]:.4g}' for score in headings)} |")
    return "\n".join(lines)
