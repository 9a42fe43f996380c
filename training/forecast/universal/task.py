"""What the command line knows of the pretraining of the universal forecaster."""

from __future__ import annotations

from training.core.scoring import Scoring
from training.core.task import Task

TASK = Task(
    name="universal",
    purpose="forecast any series without training (pretraining)",
    sources=(),
    scoring=Scoring(
        headings={"mase": "MASE", "sql": "SQL"},
        decides="sql",
        lower_is_better=True,
        perfect=0,
        name="scaled pinball loss",
    ),
    package="training.forecast.universal",
    task="forecast",
)
