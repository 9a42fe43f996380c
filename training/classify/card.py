"""What the model card of a classifier of sequences says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seqserve.classify.config import ClassifyConfig
from training.core import model_card
from training.core.model_card import Card

_TOLD = 12
"""Labels that the summary lists."""


def card(network: str, config: ClassifyConfig, metrics: dict[str, Any], notes: Sequence[str], scoring: Any) -> Card:
    """The card of a classifier.

    Args:
        network: in words.
        metrics: `validation`, the scores on the validation part, beside what every task has.
        notes: what was decided about the model, and why.
    """
    labels = ", ".join(f"`{label}`" for label in config.labels[:_TOLD])
    labels += f" and {len(config.labels) - _TOLD} more" if len(config.labels) > _TOLD else ""
    what = "each step of a sequence" if config.per_step else "a sequence"
    many = f"exactly {config.steps}" if config.steps else f"up to {config.max_steps}"
    width = len(config.features)
    validated = model_card.table(scoring, {"this model": metrics["validation"]})
    told = "".join(f"\n{note[0].upper()}{note[1:]}.\n" for note in notes)
    return Card(
        summary=f"""Gives {what} one of the labels {labels}, with probabilities.
It takes {many} steps of {width} number{"s" * (width > 1)}. Network: {network}.""",
        results=f"""On the validation part, which chose the epoch and the temperature ({config.temperature:.3f}):

{validated}
{told}
![Confusion matrix of the test part](confusion.png)""",
        limits="""It knows sequences like those it was trained on, and gives any other one of these labels too: there is
no label for what is none of them. Values outside the range of the training part are warned of.""",
    )
