"""What the model card of a forecaster says."""

from __future__ import annotations

from typing import Any

from seqserve.forecast.config import ForecastConfig
from training.core.model_card import Card
from training.forecast.config import NetworkSection


def card(section: NetworkSection, config: ForecastConfig, metrics: dict[str, Any]) -> Card:
    """The card of a forecaster.

    Args:
        metrics: `coverage`, the share of each step's actual values within the interval, by level.
    """
    coverage = ", ".join(
        f"{level}%: {100 * sum(steps) / len(steps):.1f}%" for level, steps in metrics["coverage"].items()
    )
    return Card(
        summary=f"""Forecasts `{config.target}`, {config.horizon} ahead at once and up to {config.max_horizon}
recursively, from the last {config.window} steps of {", ".join(f"`{feature}`" for feature in config.features)}.
Network: {_network(section)}.""",
        units="in the units of the data",
        results=f"""Intervals (split conformal on the validation part) that contained the actual value on the test part:
{coverage or "none"}.
The validation part also chose the epoch, so they are a little too narrow.
`test.json` has the test part and the window before it: what these figures can be measured on again.

![Actual and predicted](forecast.png)""",
        limits="""A forecast continues what the training part did. Where the series changes its behaviour, neither
scores nor intervals apply.""",
    )


def _network(section: NetworkSection) -> str:
    layers = ", ".join(f"{section.cell.upper()}({units})" for units in section.units)
    how = ["each window scaled by itself" if section.scaler == "window" else f"{section.scaler} scaling"]
    how += [f"dropout {section.dropout:g}"] if section.dropout else []
    how += ["forecasting the difference from the last value"] if section.residual else []
    how += ["trained on the window shifted by one step"] if section.sequence else []
    return f"{layers}; {', '.join(how)}"
