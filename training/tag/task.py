"""The task of tagging words."""

from __future__ import annotations

from training.core.scoring import Scoring
from training.core.task import Task

TASK = Task(
    name="tag",
    purpose="find persons, places and other entities",
    sources=("conll", "jsonl", "label_studio", "dataset"),
    scoring=Scoring(
        headings={"f1": "entity F1", "precision": "precision", "recall": "recall"},
        decides="f1",
        lower_is_better=False,
        perfect=1,
        name="entity F1",
        gain="{points:.3f} above the {name} of the best",
    ),
)
