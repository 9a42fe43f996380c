"""Model cards: what a version is, what it learned from and how well it does, for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seqserve.forecast.config import ForecastConfig
from seqserve.registry.artifact import Source
from seqserve.sentiment.config import ClassifierConfig
from training.translation.datasets import LANGUAGES

if TYPE_CHECKING:
    from seqserve.translation.config import TranslatorConfig

_CLEAR = 2.0
"""Percent below a baseline's error that are more than the noise of a small test part, as a rule of thumb."""


@dataclass(frozen=True)
class Scoring:
    """How the scores of a task read.

    Args:
        headings: of each score, in the order of a table.
        error: the name of what decides, and how it is had from the scores; less is better.
        gain: what is said of a model whose error is so many percent, or so many points, below the best baseline's.
    """

    headings: dict[str, str]
    error: tuple[str, Callable[[dict[str, float]], float]]
    gain: str = "{percent:.1f}% below the {name} of the best"


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
    "translation": Scoring(
        {"bleu": "BLEU", "chrf": "chrF"},
        ("BLEU", lambda row: 100 - row["bleu"]),
        gain="{points:.1f} {name} above the best",
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


def translator_card(
    name: str,
    network: str,
    config: TranslatorConfig,
    source: Source,
    report: Sequence[str],
    metrics: dict[str, Any],
) -> str:
    """The card of a translator, as Markdown.

    Args:
        metrics: beside what every card needs `signatures`, and `decoding` and `precision`, if they were compared: by
            their names the scores of ways to search, and of numbers of other sizes, on the validation part.
    """
    compared = "".join(
        f"{heading}, on the validation part:\n\n{_markdown('translation', metrics[key])}\n\n"
        for key, heading in (("decoding", "Greedy and beam search"), ("precision", "Float and 8-bit weights"))
        if metrics.get(key)
    )
    signatures = "\n".join(f"- `{signature}`" for signature in metrics["signatures"].values())
    return f"""# {name}

Translates sentences from {_language(config.source)} to {_language(config.target)}; a longer text sentence by sentence.
A sentence of more than {config.max_tokens} tokens is translated in parts, a text of more than
{config.max_characters} characters refused. Beam search follows {config.beam} hypotheses where a query does not say,
{config.max_beam} at most, with a length penalty of {config.length_penalty:g}.
Network: {network}{", which reads the source backwards" if config.reversed else ""}.

{_data(source, report, metrics)}
## How well it does
On the test part, seed {metrics["seed"]}, {metrics["epochs"]} epochs:

{_table("translation", metrics)}

{verdict("translation", metrics)}

On the validation part, which chose the epoch:

{_table("translation", metrics, "validation", "validation_baselines")}

Each source counts once, against the first of its translations.{_any_of(metrics["test"])}
sacreBLEU's signatures:
{signatures}

{compared}## Limits
It knows sentences like those it was trained on, and sees one at a time, so that it cannot know who "you" is or what
"it" stands for. What it does not know it may leave out, or replace by something fluent and wrong: have somebody read
a translation before anybody acts on it.
"""


def verdict(task: str, metrics: dict[str, Any]) -> str:
    """One sentence that says plainly whether the model is worth having."""
    name, error = SCORING[task].error
    if metrics["worse_than"]:
        return f"**It does worse than {' and '.join(metrics['worse_than'])}** ({name}): use that instead."
    best = min(map(error, metrics["baselines"].values()))
    if error(metrics["test"]) == best:
        return f"It does as well as the best baseline ({name}), no better."
    points = best - error(metrics["test"])
    percent = 100 * points / best
    found = f"It beats every baseline: {SCORING[task].gain.format(name=name, percent=percent, points=points)}"
    return f"{found}." if percent >= _CLEAR else f"{found}, which may be no more than luck."


def _data(source: Source, report: Sequence[str], metrics: dict[str, Any]) -> str:
    mended = "".join(f"- {line}\n" for line in report) or "- nothing to mend\n"
    address = f" (<{source.url}>)" if source.url else ""
    return f"## Data\n{source.name}{address}; licence: {source.licence}.\n\n{metrics['split']}\n{mended}"


def _table(task: str, metrics: dict[str, Any], part: str = "test", baselines: str = "baselines") -> str:
    return _markdown(task, {"this model": metrics[part], **metrics[baselines]})


def _markdown(task: str, rows: Mapping[str, dict[str, float]]) -> str:
    headings = SCORING[task].headings
    lines = [f"| | {' | '.join(headings.values())} |", "| --- |" + " ---: |" * len(headings)]
    for name, row in rows.items():
        lines.append(f"| {name} | {' | '.join(f'{row[score]:.4g}' for score in headings)} |")
    return "\n".join(lines)


def _any_of(row: dict[str, float]) -> str:
    """What the scores are where every translation of a source is a right one, if that was measured and differs."""
    if row.get("bleu_any", row["bleu"]) == row["bleu"]:
        return ""
    return f" On the test part, against any of them: BLEU {row['bleu_any']:.4g}, chrF {row['chrf_any']:.4g}."


def _language(code: str) -> str:
    return LANGUAGES.get(code, f"`{code}`")
