"""The task of forecasting a series."""

from __future__ import annotations

from training.core.scoring import Scoring
from training.core.task import Task

TASK = Task(
    name="forecast",
    purpose="forecast a series",
    sources=("csv", "ticker", "dataset"),
    scoring=Scoring(
        headings={"rmse": "RMSE", "mae": "MAE", "mape": "MAPE %", "smape": "sMAPE %", "mase": "MASE"},
        decides="rmse",
        lower_is_better=True,
        perfect=0,
        name="RMSE",
    ),
)
