"""Model cards: what a version is, what it learned from and how well it does, for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seqserve.artifact import Source
from seqserve.forecast_config import ForecastConfig

_COLUMNS = ("rmse", "mae", "mape", "smape", "mase")
_CLEAR = 2.0
"""Percent below a baseline's error that are more than the noise of a small test part, as a rule of thumb."""
_HEADINGS = ("RMSE", "MAE", "MAPE %", "sMAPE %", "MASE")


def forecast_card(
    name: str, network: str, config: ForecastConfig, source: Source, report: Sequence[str], metrics: dict[str, Any]
) -> str:
    """The card of a forecaster, as Markdown."""
    scores = {"this model": metrics["test"], **metrics["baselines"]}
    covered = ", ".join(
        f"{level}%: {100 * sum(steps) / len(steps):.1f}%" for level, steps in metrics["coverage"].items()
    )
    mended = "".join(f"- {line}\n" for line in report) or "- nothing to mend\n"
    return f"""# {name}

Forecasts `{config.target}`, {config.horizon} ahead at once and up to {config.max_horizon} recursively, from the last
{config.window} steps of {", ".join(f"`{feature}`" for feature in config.features)}.
Network: {network}.

## Data
{source.name}{f" (<{source.url}>)" if source.url else ""}; licence: {source.licence}.

{metrics["split"]}
{mended}
## How well it does
On the test part, in the units of the data, seed {metrics["seed"]}, {metrics["epochs"]} epochs:

{_table(scores)}

{verdict(metrics)}

Intervals (split conformal on the validation part) that held the actual value on the test part: {covered or "none"}.
The validation part also chose the epoch, so they are a little too narrow.
`test.json` holds the test part and the window before it: what these figures can be measured on again.

![Actual and predicted](forecast.png)

## Limits
A forecast goes on as the training part did. Where the series changes its ways, neither scores nor intervals hold.
"""


def verdict(metrics: dict[str, Any]) -> str:
    """One sentence that says plainly whether the model is worth having."""
    if metrics["worse_than"]:
        return f"**It does worse than {' and '.join(metrics['worse_than'])}** (RMSE): use that instead."
    best = min(row["rmse"] for row in metrics["baselines"].values())
    gain = 100 * (1 - metrics["test"]["rmse"] / best)
    found = f"It beats every baseline: {gain:.1f}% below the RMSE of the best"
    return f"{found}." if gain >= _CLEAR else f"{found}, which may be no more than luck."


def _table(rows: dict[str, dict[str, float]]) -> str:
    lines = [f"| | {' | '.join(_HEADINGS)} |", "| --- |" + " ---: |" * len(_HEADINGS)]
    for name, row in rows.items():
        lines.append(f"| {name} | {' | '.join(f'{row[column]:.4g}' for column in _COLUMNS)} |")
    return "\n".join(lines)
