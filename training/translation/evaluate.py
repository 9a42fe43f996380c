"""A translator beside its baselines, and beside itself with another search and other weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seqserve.translation.predictor import TranslationQuery, Translator
from training.translation import baselines, metrics
from training.translation.datasets import Parts


def translated(predictor: Translator, sentences: Sequence[str], beam: int | None = None) -> list[str]:
    """Sentences as the service translates them; nothing where it refuses one."""
    answers = predictor.predict([TranslationQuery(sentence, beam=beam) for sentence in sentences])
    return [getattr(answer, "text", "") for answer in answers]


def compare(predictor: Translator, precise: Translator, parts: Parts, answers: list[str]) -> dict[str, Any]:
    """Scores of the model and of the baselines on the test and the validation part, and what search and bits bring.

    Args:
        precise: the same model before its weights were rounded.
        answers: its translations of the validation part.
    """
    lowercase = predictor.config.lowercase
    held = {"test": parts.test.references(), "validation": parts.validation.references()}
    every = baselines.baselines(parts.train, [sentence for part in held.values() for sentence in part])
    rows = {"test": slice(len(held["test"])), "validation": slice(len(held["test"]), None)}

    def scores(part: str, found: list[str]) -> dict[str, float]:
        return metrics.held_out(held[part], found, lowercase)

    tested, validated = (
        {name: scores(part, found[rows[part]]) for name, found in every.items()} for part in ("test", "validation")
    )
    asked = list(held["validation"])
    model, usual = scores("test", translated(predictor, list(held["test"]))), scores("validation", answers)
    return {
        "test": model,
        "baselines": tested,
        "validation": usual,
        "validation_baselines": validated,
        "worse_than": [name for name, row in tested.items() if model["bleu"] < row["bleu"]],
        "signatures": metrics.signatures(held["test"], lowercase),
        "decoding": {
            "greedy": scores("validation", translated(predictor, asked, beam=1)),
            f"beam {predictor.config.beam}": usual,
        },
        "precision": {"float": scores("validation", translated(precise, asked)), "8 bits": usual},
    }
