"""The task of labelling sequences."""

from __future__ import annotations

from training.core.scoring import CLASSIFICATION
from training.core.task import Task

TASK = Task(
    name="classify",
    purpose="label sequences of numbers, or each of their steps",
    sources=("csv", "npz", "images", "dataset"),
    scoring=CLASSIFICATION,
)
