"""The task of completing texts."""

from __future__ import annotations

from training.core.scoring import Scoring
from training.core.task import Task

TASK = Task(
    name="complete",
    purpose="complete texts",
    sources=("csv", "files", "dataset"),
    scoring=Scoring(
        headings={"subword_perplexity": "perplexity a subword", "word_perplexity": "perplexity a word"},
        decides="subword_perplexity",
        lower_is_better=True,
        perfect=1,
        name="perplexity a subword",
    ),
)
