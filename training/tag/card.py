"""What the model card of a tagger says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seqserve.tag.config import TaggerConfig
from training.core import model_card
from training.core.model_card import Card
from training.tag.config import NetworkSection
from training.tag.task import TASK

_LIMITS = """It knows texts like those it was trained on. A name that no training text had is found by its spelling and
its neighbours, which may be too little; `mask` therefore leaves some of what it should replace: look at recall before
relying on it. @names are no entities, but `mask` replaces them as `handle`. Single words say little: give sentences."""


def card(section: NetworkSection, config: TaggerConfig, metrics: Mapping[str, Any]) -> Card:
    """The card of a tagger.

    Args:
        metrics: beside the usual ones `by_label`, `calibration_error` and `published`, and `origins` if measured.
    """
    labels = ", ".join(f"`{label}`" for label in config.labels)
    return Card(
        summary=f"""Finds entities in a text: {labels}, each with its place and a probability.
Network: {described(section)}.""",
        results="\n\n".join(
            [
                f"Each label on the test part:\n\n{_labels(metrics['by_label'])}",
                *(
                    f"On {name}, which others publish scores on (here with the labels above only):\n\n"
                    + model_card.compared(TASK.scoring, part)
                    for name, part in metrics["published"].items()
                ),
                f"Temperature {config.temperature:.3f}, chosen on the validation part. Calibration error of the "
                f"probabilities on the test part: {metrics['calibration_error']:.3f}.",
                *(_origins(metrics["origins"]) if "origins" in metrics else ()),
            ]
        ),
        limits=_LIMITS,
    )


def described(section: NetworkSection) -> str:
    """A network in words."""
    layers = ", ".join(f"bidirectional {section.cell.upper()}({units})" for units in section.units)
    return (
        f"embedding of words ({section.dimension}), of their shapes, and {section.filters} filters over their letters; "
        f"{layers}; a conditional random field"
    )


def _labels(rows: Mapping[str, Mapping[str, float]]) -> str:
    lines = ["| label | F1 | precision | recall | entities |", "| --- | ---: | ---: | ---: | ---: |"]
    lines += [
        f"| {label} | {row['f1']:.3f} | {row['precision']:.3f} | {row['recall']:.3f} | {row['entities']:.0f} |"
        for label, row in rows.items()
    ]
    return "\n".join(lines)


def _origins(recall: Mapping[str, float]) -> list[str]:
    ordered = sorted(recall.items(), key=lambda item: item[1])
    told = ", ".join(f"{origin} {share:.2f}" for origin, share in ordered)
    mean = sum(recall.values()) / len(recall)
    return [
        "Recall of names by origin: five whole names of each, no part of which it learned from, in the same ten "
        f"sentences. Mean {mean:.2f}, least {ordered[0][1]:.2f}, most {ordered[-1][1]:.2f}: {told}."
    ]
