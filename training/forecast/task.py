"""The task of forecasting a series."""

from __future__ import annotations

from training.core.scoring import Scoring
from training.core.task import Task
from training.forecast.universal.task import TASK as UNIVERSAL

TASK = Task(
    name="forecast",
    purpose="forecast a series",
    sources=("csv", "ticker", "dataset"),
    scoring=Scoring(
        headings={
            "mase": "MASE",
            "smape": "sMAPE %",
            "wql": "WQL",
            "rmse": "RMSE",
            "mae": "MAE",
            "mape": "MAPE %",
        },
        decides="mase",
        lower_is_better=True,
        perfect=0,
        name="MASE",
    ),
)

MORE_JOBS = (UNIVERSAL,)
