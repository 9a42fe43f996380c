"""The task of labelling texts."""

from __future__ import annotations

from training.core.scoring import CLASSIFICATION
from training.core.task import Task

TASK = Task(
    name="sentiment",
    purpose="label texts",
    sources=("csv", "dataset", "from_log"),
    scoring=CLASSIFICATION,
)
