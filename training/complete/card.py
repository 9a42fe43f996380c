"""What the model card of a language model says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seqserve.complete.config import CompleterConfig
from training.complete.config import CompleteJob
from training.core.model_card import Card

_LIMITS = """It goes on as the texts that it learned from do, and knows nothing of the world: what it writes may be
wrong, and what it suggests is likely, not right. Another subject or language gets poor suggestions. Names in its texts
are suggested often; they are nobody in particular."""


def card(job: CompleteJob, config: CompleterConfig, metrics: Mapping[str, Any], vocabulary: int) -> Card:
    """The card of a version."""
    languages = f" Languages of the texts: {', '.join(config.languages)}." if config.languages else ""
    return Card(
        summary=(
            f"Suggests words as one types, and continues texts: an LSTM({config.units}) over {vocabulary:,} subwords, "
            f"with one table of {job.network.dimension} numbers each that is read from and predicted by, in 8 bits"
            f"{_beside(job, config)}.{languages}"
        ),
        results=_results(metrics),
        limits=_LIMITS,
    )


def _beside(job: CompleteJob, config: CompleterConfig) -> str:
    if config.share == 1:
        return ""
    return (
        f"; of each probability {config.share:.0%} is the network's, and the rest that of n-grams of up to "
        f"{job.mix.mix_order} subwords that came {job.mix.mix_fewest} times at least"
    )


def _results(metrics: Mapping[str, Any]) -> str:
    found = metrics["keystrokes"]
    told = (
        "Perplexities are of the same subwords for all models, the end of each text among them; a word is what stands "
        "between spaces, or an end. The n-gram models are interpolated, with modified Kneser-Ney smoothing, and "
        "learned from the same training part."
    )
    if not found:
        return told
    rows = "\n".join(f"| {name} | {share:.1%} |" for name, share in found["saved"].items())
    return (
        f"{told}\n\nKeystrokes saved on {found['texts']} texts of the test part, where one keystroke takes a "
        f"suggestion that is right:\n\n| offered | saved |\n| --- | ---: |\n{rows}"
    )
