"""What the model card of a translator says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from training.core import model_card
from training.core.model_card import Card
from training.translation.config import NetworkSection
from training.translation.data.datasets import LANGUAGES
from training.translation.task import TASK

if TYPE_CHECKING:
    from seqserve.registry.artifact import Artifact
    from seqserve.translation.config import TranslatorConfig


def card(
    section: NetworkSection, config: TranslatorConfig, metrics: dict[str, Any], start: Artifact | None = None
) -> Card:
    """The card of a translator.

    Args:
        metrics: the scores on the validation part, `signatures`, and `decoding` and `precision`, if they were compared:
            the scores on the validation part of ways to search, and of weights of other sizes, by name.
        start: the version that it learned on from.
    """
    compared = "".join(
        f"\n\n{heading}, on the validation part:\n\n{model_card.table(TASK.scoring, metrics[key])}"
        for key, heading in (("decoding", "Greedy and beam search"), ("precision", "Float and 8-bit weights"))
        if metrics.get(key)
    )
    if metrics.get("apart"):
        compared += f"\n\nEach source on its own, test part:\n\n{model_card.table(TASK.scoring, metrics['apart'])}"
    if metrics.get("start"):
        rows = {"before": metrics["start"], "after": metrics["test"]}
        compared += f"\n\nBefore and after it learned on, test part:\n\n{model_card.table(TASK.scoring, rows)}"
    signatures = "\n".join(f"- `{signature}`" for signature in metrics["signatures"].values())
    return Card(
        summary=f"""Translates sentences from {language(config.source)} to {language(config.target)}; a longer text
sentence by sentence. A sentence of more than {config.whole_tokens or config.max_tokens} tokens is translated in
parts; a text of more than
{config.max_characters} characters is refused. Beam search follows {config.beam} hypotheses unless a query says
otherwise, {config.max_beam} at most, with a length penalty of {config.length_penalty:g}.
Network: {_network(section)}.{_begun(start)}""",
        results=f"""On the validation part, which chose the epoch:

{model_card.compared(TASK.scoring, metrics, "validation", "validation_baselines")}

Each source counts once, against the first of its translations.{_any_of(metrics["test"])}{_uncertain(metrics)}
sacreBLEU's signatures:
{signatures}{compared}""",
        limits=f"""It knows sentences like those it was trained on, and sees one at a time, so that it cannot know who
"you" is or what "it" stands for. What it does not know it may leave out, or replace by something fluent and wrong: have
somebody read a translation before anybody acts on it.{doubt(config)}""",
    )


def doubt(config: TranslatorConfig) -> str:
    """What a card says of warnings; nothing if there are none."""
    if config.least_score is None:
        return ""
    return f"""
A sentence with a score below {config.least_score:g} has a warning; 5% of the good translations of held-out pairs (those
with a chrF of 50 or more) have one too."""


def _network(section: NetworkSection) -> str:
    cell = section.cell.upper()
    encoder = ", ".join(f"bidirectional {cell}({units})" for units in section.encoder)
    attention = "attention, " if section.attention else ""
    layers = f"{encoder}, {attention}two layers of {cell}({section.decoder})"
    return f"embedding of {section.dimension} both ways, {layers}{', reading the source backwards' * section.reverse}"


def _begun(start: Artifact | None) -> str:
    """What a network was before, whose data and licence count for it too."""
    if start is None:
        return ""
    data, licence = start.manifest.data, start.manifest.licence
    return f" It began as {start} ({licence}), which had learned from {data.name} ({data.licence})."


def _any_of(row: dict[str, float]) -> str:
    """The scores where any translation of a source counts as right, if they were measured and differ."""
    if row.get("bleu_any", row["bleu"]) == row["bleu"]:
        return ""
    return f" On the test part, against any of them: BLEU {row['bleu_any']:.4g}, chrF {row['chrf_any']:.4g}."


def _uncertain(metrics: dict[str, Any]) -> str:
    """How much the sizes of the parts leave to chance."""
    found = metrics.get("uncertainty")
    if not found:
        return ""
    test, validation = (f"±{found[part]:.2g}" for part in ("test", "validation"))
    return f"\nOther sentences of the kind may give another BLEU: {test} on the test part, {validation} on the other."


def language(code: str) -> str:
    """The name of a language, or its code."""
    return LANGUAGES.get(code, f"`{code}`")
