"""What the model card of a panel says, for whoever decides whether to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from seqserve.forecast.panel.config import PanelConfig
from seqserve.forecast.panel.members import Member
from training.core.model_card import Card

if TYPE_CHECKING:
    from training.forecast.panel.loading import Data

_LEVELS = ("80", "95")


def card(config: PanelConfig, data: Data, metrics: dict[str, Any]) -> Card:
    """The card of a model of a panel."""
    compared = metrics["compared"]
    some = (
        ""
        if compared["windows"] == compared["of"]
        else (
            f"The table is of {compared['windows']} windows of {compared['series']} series, evenly taken from "
            f"{compared['of']}: AutoETS and AutoTheta are fitted to each by itself. On all of them the MASE of this "
            f"model is {metrics['whole_test']['mase']:.3f}.\n\n"
        )
    )
    return Card(
        summary=f"""Forecasts `{config.target}` of {len(data.panel.series)} series, up to
{config.horizon} steps ahead, from a history of {config.min_values} values or more; it looks at {config.window} at most.
It is {_made_of(config.members)}.{_beside(config)}""",
        units="RMSE and MAE in the units of the data",
        results=f"""{some}A MASE of 1 is the mean error of the seasonal naive forecast on the training part, so
{metrics["whole_test"]["mase"]:.2f} is an error of {100 * metrics["whole_test"]["mase"]:.0f}% of it. WQL is the loss of
the quantiles 0.1 to 0.9. MASE decides whether a version is labelled stable.

Intervals, calibrated on the validation part, held the actual value on the test part: {_held(metrics)}.

![The best, a middling and the worst series](forecast.png)

![Error by step](error-by-step.png){_curve(metrics)}""",
        limits="""A forecast continues what the training part did. Where a series changes its behaviour, neither scores
nor intervals apply.""",
    )


def _made_of(members: list[Member]) -> str:
    """The members in words, the heaviest first."""
    ordered = sorted(members, key=lambda member: -member.weight)
    if len(ordered) == 1:
        return _named(ordered[0])
    parts = [f"{100 * member.weight:.0f}% {_named(member)}" for member in ordered]
    return f"a mean of {', '.join(parts[:-1])} and {parts[-1]}"


def _named(member: Member) -> str:
    what = {"linear": "a ridge regression", "network": "a recurrent network"}.get(member.kind, str(member.base))
    if member.pretrained is not None:
        return f"the pretrained forecaster {member.pretrained.version}"
    if member.inputs is not None:
        seen = [f"{member.inputs.lags} lags"]
        seen += ["classical forecasts"] if member.inputs.bases else []
        seen += ["the calendar"] if member.inputs.calendar else []
        seen += ["covariates"] if member.inputs.covariates else []
        what += f" on {', '.join(seen)}"
    return f"{what} of logarithms" if member.transform == "log" else what


def _beside(config: PanelConfig) -> str:
    roles = {"known ahead": config.known, "known up to now": config.past, "a series": config.static}
    parts = [f"{role}: {', '.join(one.name for one in columns)}" for role, columns in roles.items() if columns]
    parts += ["public holidays"] if config.holidays else []
    return f" It also takes {'; '.join(parts)}." if parts else ""


def _curve(metrics: dict[str, Any]) -> str:
    """How the network was fitted, where there is one."""
    if "losses" not in metrics:
        return ""
    return """

The network was fitted until its error on the validation part no longer fell, and then again to all that lies before
the test part, for as many epochs.

![Training and validation loss by epoch](training.png)"""


def _held(metrics: dict[str, Any]) -> str:
    return ", ".join(f"{level}%: {100 * np.mean(metrics['coverage'][level]):.1f}%" for level in _LEVELS)
