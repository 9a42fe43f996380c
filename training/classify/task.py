"""The task of labelling sequences."""

from __future__ import annotations

from training.core.scoring import Scoring
from training.core.task import Task

TASK = Task(
    name="classify",
    purpose="label sequences of numbers, or each of their steps",
    sources=("csv", "npz", "images", "dataset"),
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
