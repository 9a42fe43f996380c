"""The task of labelling texts."""

from __future__ import annotations

from training.core.scoring import Scoring
from training.core.task import Task

TASK = Task(
    name="sentiment",
    purpose="label texts",
    sources=("csv", "dataset", "from_log"),
    scoring=Scoring(
        headings={
            "accuracy": "accuracy",
            "macro_f1": "macro F1",
            "log_loss": "log loss",
            "calibration_error": "calibration error",
        },
        decides="accuracy",
        lower_is_better=False,
        perfect=1,
        name="error rate",
    ),
)
