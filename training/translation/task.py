"""The task of translating sentences."""

from __future__ import annotations

from training.core.scoring import Scoring
from training.core.task import Task

TASK = Task(
    name="translation",
    purpose="translate sentences",
    sources=("csv", "dataset", "source_file", "target_file", "texts"),
    scoring=Scoring(
        headings={"bleu": "BLEU", "chrf": "chrF"},
        decides="bleu",
        lower_is_better=False,
        perfect=100,
        name="BLEU",
        gain="{points:.1f} {name} above the best",
    ),
)

IMPORT = Task(
    name="import-translator",
    purpose="translate sentences, with a network of the Firefox project in Marian's format that is imported",
    sources=("pair",),
    scoring=TASK.scoring,
    package="training.translation.marian",
    task="translation",
)

MORE_JOBS = (IMPORT,)
