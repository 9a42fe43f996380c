"""What the model card of an imported translator says, and the notices that its licence asks for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seqserve.translation.config import TranslatorConfig
from training.core import model_card
from training.core.model_card import Card
from training.translation.card import doubt, language
from training.translation.marian.network import MarianNetwork
from training.translation.marian.package import Package
from training.translation.task import TASK

NOTICE = "NOTICE.txt"
_MPL = "MPL-2.0"


def card(package: Package, network: MarianNetwork, config: TranslatorConfig, metrics: Mapping[str, Any]) -> Card:
    """The card of an imported translator.

    Args:
        metrics: `decoding`, `precision` and `signatures`, if it was measured.
    """
    compared = "".join(
        f"{heading}:\n\n{model_card.table(TASK.scoring, metrics[key])}\n\n"
        for key, heading in (("decoding", "Greedy and beam search"), ("precision", "Float and 8-bit arithmetic"))
        if key in metrics
    )
    signatures = "\n".join(f"- `{signature}`" for signature in dict.fromkeys(metrics.get("signatures", {}).values()))
    unseen = "Whether the network was trained on some of these pairs is not known.\n\n" if metrics["test"] else ""
    return Card(
        summary=f"""Translates sentences from {language(config.source)} to {language(config.target)}; a longer text
sentence by sentence. It was not trained here: it was imported from {package.origin}, and converted to ONNX.
Hypotheses that are followed unless a query says otherwise: {config.beam}; at most: {config.max_beam}.
Network: embedding of {network.dimension}, {network.encoder_layers} layers of a transformer encoder with {network.heads}
heads, {network.decoder_layers} layers of an SSRU decoder with attention, made by Marian {network.version}.
Matrices have 8 bits; what they are multiplied with is rounded to 8 bits row by row.""",
        results=unseen + compared + (f"sacreBLEU's signatures:\n{signatures}" if signatures else ""),
        limits="""It sees one sentence at a time, so that it cannot know who "you" is or what "it" stands for. What it
does not know it may leave out, or replace by something fluent and wrong: have somebody read a translation before
anybody acts on it. Addresses, code, tags, placeholders of templates and emoji are replaced by codes before it reads a
sentence, and restored afterwards; it was not trained for that. Names and numbers it sees, and may change."""
        + doubt(config),
    )


def notices(package: Package) -> dict[str, bytes]:
    """The files on licences that a version keeps: those of the package, and what was done to it."""
    lines = [
        f"The network and the vocabulary of this version are from {package.origin}.",
        *([f"They are public at {package.url}."] if package.url else []),
        f"Licence of these files: {package.licence}.",
        "They were changed: the network was converted from Marian's format to ONNX, and the vocabulary from",
        "SentencePiece's format to that of the library tokenizers. The weights are the same.",
        "",
        "SHA-256 of the original files:",
        f"{hashlib.sha256(package.model).hexdigest()}  model",
        *(f"{hashlib.sha256(content).hexdigest()}  vocabulary" for content in package.vocabularies),
    ]
    text = {f"{_MPL}.txt": Path(__file__).with_name(f"{_MPL}.txt").read_bytes()} if package.licence == _MPL else {}
    theirs = {f"original-{name}": content for name, content in package.notices.items()}
    return text | theirs | {NOTICE: ("\n".join(lines) + "\n").encode()}
