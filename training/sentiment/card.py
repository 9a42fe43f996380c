"""What the model card of a classifier says."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from seqserve.sentiment.config import ClassifierConfig
from training.core import model_card
from training.core.model_card import Card
from training.sentiment.config import NetworkSection
from training.sentiment.data.splits import Part
from training.sentiment.linear.ngrams import Ngrams
from training.sentiment.metrics import Rows
from training.sentiment.task import TASK

_MISTAKES, _CHARACTERS = 20, 200
"""Mistakes that a card lists, and characters of each."""
_LIMITS = """It knows texts like those it was trained on, and takes every text for one of them: another language or
another subject gets a label too. Irony, quotations and mixed opinions are where it errs most."""


@dataclass(frozen=True)
class Mistake:
    """A text that got a wrong label.

    Args:
        actual, answered: class numbers.
        score: of the answer.
    """

    text: str
    actual: int
    answered: int
    score: float


def mistakes(part: Part, answers: Rows) -> list[Mistake]:
    """The twenty wrong answers (N, C) that are surest of themselves: wrong labels of the file are among them."""
    answered, actual, scores = answers.argmax(axis=1), part.classes, answers.max(axis=1)
    wrong = np.flatnonzero(answered != actual)
    surest = wrong[np.argsort(-scores[wrong], kind="stable")][:_MISTAKES]
    return [Mistake(part.texts[row], int(actual[row]), int(answered[row]), float(scores[row])) for row in surest]


LINEAR = "a linear model on n-grams of words and of characters, weighed by TF-IDF"


def card(
    network: str,
    config: ClassifierConfig,
    metrics: dict[str, Any],
    wrong: Sequence[Mistake] = (),
    notes: Sequence[str] = (),
) -> Card:
    """The card of a classifier.

    Args:
        network: see `described`.
        wrong: see `mistakes`.
        metrics: `validation` and `validation_baselines`, the scores on the validation part; without them those of
            `test` are of cross-validation.
        notes: what was decided about the model, and why.
    """
    if "validation" not in metrics:
        return _folded(network, config, wrong, notes)
    labels = ", ".join(f"`{label}`" for label in config.labels)
    return Card(
        summary=f"""Gives a text one of the labels {labels}, with probabilities.
It reads {config.max_tokens} tokens; of a longer text the head and the tail. Network: {network}.""",
        results=f"""On the validation part, which chose the model and the temperature ({config.temperature:.3f}):

{model_card.compared(TASK.scoring, metrics, "validation", "validation_baselines")}
{_told(notes)}
![Confusion matrix of the test part](confusion.png){_listed(wrong, config.labels)}""",
        limits=_LIMITS,
    )


def _folded(network: str, config: ClassifierConfig, wrong: Sequence[Mistake], notes: Sequence[str]) -> Card:
    labels = ", ".join(f"`{label}`" for label in config.labels)
    gives = "one of the labels" if not config.thresholds else "any number of the labels"
    confusion = "\n![Confusion matrix of cross-validation](confusion.png)"
    if config.thresholds:
        confusion = "\nThresholds: " + ", ".join(f"`{name}` {score:.2f}" for name, score in config.thresholds.items())
    return Card(
        summary=f"Gives a text {gives} {labels}, with probabilities. Model: {network}.",
        results=f"""The same folds chose the regularisation and the temperature ({config.temperature:.3f}).
{_told(notes)}{confusion}{_listed(wrong, config.labels)}""",
        limits=_LIMITS,
        measured="In cross-validation",
    )


def _told(notes: Sequence[str]) -> str:
    return "".join(f"\n{note[0].upper()}{note[1:]}.\n" for note in notes)


def _listed(wrong: Sequence[Mistake], labels: list[str]) -> str:
    if not wrong:
        return ""
    rows = "".join(
        f"| {_cell(labels[each.actual])} | {_cell(labels[each.answered])} | {each.score:.3f} | {_cell(each.text)} |\n"
        for each in wrong
    )
    return f"""

The surest of its mistakes on texts that it did not learn from; some may be wrong labels:

| label | answer | score | text |
| --- | --- | ---: | --- |
{rows.rstrip()}"""


def _cell(text: str) -> str:
    """A text in a cell of a Markdown table."""
    return (
        textwrap.shorten(text, _CHARACTERS, placeholder=" ...")
        .replace("\\", "\\\\")
        .replace("|", "\\|")
        .replace("<", "&lt;")
    )


def described(network: keras.Model, section: NetworkSection) -> str:
    """A network in words."""
    kinds = {type(layer) for layer in network.layers}
    if keras.layers.Embedding not in kinds:
        return "scores of n-grams, a linear model"
    cell = f"{'bidirectional ' if section.bidirectional else ''}{section.cell.upper()}"
    layers = ", ".join(f"{cell}({units})" for units in section.units)
    beside = ", and scores of n-grams beside it" if Ngrams in kinds else ""
    return f"embedding of {section.dimension}, {layers}, pooled by {' and '.join(section.pooling)}{beside}"
