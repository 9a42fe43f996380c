"""What the model card of a universal forecaster says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seqserve.forecast.universal import bases
from training.core.model_card import Card
from training.forecast.universal import network


def card(metrics: Mapping[str, Any]) -> Card:
    """The card.

    Args:
        metrics: as `compare.compare` has them.
    """
    return Card(
        summary=f"""Forecasts any series from 3 values on, of any frequency, up to 1,024 steps ahead, with quantiles
from 0.5% to 99.5%, without training on it. Its point forecast is the median. `season` and `frequency` are hints: where
neither is sent, a season is looked for in the values.

Network: {len(network.MEMBERS)} small recurrent networks ({_members()}) over patches of the last 128 steps, two of
them over coarse blocks of up to 2,048 too. Each weighs {bases.COUNT} classical forecasts (seasonal naive, exponential
smoothing, lines, drift, in logarithms too) step by step and corrects them; their quantiles are averaged.""",
        units="relative to the seasonal naive forecast (1 is as good; geometric mean over sets of series)",
        results=f"""SQL is the pinball loss at 10%, 20% ... 90% over the scale of MASE. By frequency, with the share of
values that the 80% and the 95% interval held:

{_table(metrics["frequencies"])}

By set; `seen` are those whose earlier values were learned from, but not the horizon that is forecast here:

{_sets(metrics["sets"])}""",
        limits="""It knows nothing but the values: no holidays, no promotions, no weather. Two seasons are used where
the longer one is the week of a day or the year of a week. It looks at the last 4,096 values. A forecaster trained on
many series of one's own may know better, see docs/forecasting.md.""",
        effort="batches of windows",
    )


def _members() -> str:
    cells = {"mingru": "minGRU", "gru": "GRU"}
    return ", ".join(f"{cells[one.cell]}({one.units}, {one.units})" for one in network.MEMBERS)


def _table(rows: Mapping[str, Mapping[str, float]]) -> str:
    lines = ["| | MASE | SQL | held at 80% | at 95% |", "| --- | ---: | ---: | ---: | ---: |"]
    lines += [f"| {name} | {_scores(row)} |" for name, row in rows.items()]
    return "\n".join(lines)


def _sets(rows: Mapping[str, Mapping[str, Any]]) -> str:
    lines = [
        "| set | | windows | MASE | SQL | held at 80% | at 95% |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, row in rows.items():
        lines.append(f"| {name} | {'seen' if row['seen'] else ''} | {row['windows']} | {_scores(row)} |")
    return "\n".join(lines)


def _scores(row: Mapping[str, float]) -> str:
    return f"{row['mase']:.3f} | {row['sql']:.3f} | {100 * row['held_80']:.0f}% | {100 * row['held_95']:.0f}%"
