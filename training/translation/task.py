"""The task of translating sentences."""

from __future__ import annotations

from training.core.scoring import Scoring
from training.core.task import Task

TASK = Task(
    name="translation",
    purpose="translate sentences",
    sources=("csv", "dataset", "source_file", "target_file"),
    scoring=Scoring(
        headings={"bleu": "BLEU", "chrf": "chrF"},
        decides="bleu",
        lower_is_better=False,
        perfect=100,
        name="BLEU",
        gain="{points:.1f} {name} above the best",
    ),
)
