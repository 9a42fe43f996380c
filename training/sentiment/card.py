"""What the model card of a classifier says."""

from __future__ import annotations

from typing import Any

from seqserve.sentiment.config import ClassifierConfig
from training.core import model_card
from training.core.model_card import Card
from training.sentiment.config import NetworkSection
from training.sentiment.task import TASK


def card(section: NetworkSection, config: ClassifierConfig, metrics: dict[str, Any]) -> Card:
    """The card of a classifier.

    Args:
        metrics: `validation` and `validation_baselines`, the scores on the validation part.
    """
    labels = ", ".join(f"`{label}`" for label in config.labels)
    return Card(
        summary=f"""Gives a text one of the labels {labels}, with probabilities.
It reads {config.max_tokens} tokens; of a longer text the head and the tail. Network: {_network(section)}.""",
        results=f"""On the validation part, which chose the epoch and the temperature ({config.temperature:.3f}):

{model_card.compared(TASK.scoring, metrics, "validation", "validation_baselines")}

![Confusion matrix of the test part](confusion.png)""",
        limits="""It knows texts like those it was trained on, and takes every text for one of them: another language or
another subject gets a label too. Irony, quotations and mixed opinions are where it errs most.""",
    )


def _network(section: NetworkSection) -> str:
    cell = f"{'bidirectional ' if section.bidirectional else ''}{section.cell.upper()}"
    layers = ", ".join(f"{cell}({units})" for units in section.units)
    beside = ", and scores of n-grams beside it" if section.wide else ""
    return f"embedding of {section.dimension}, {layers}, pooled by {' and '.join(section.pooling)}{beside}"
