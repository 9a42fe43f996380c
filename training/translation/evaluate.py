"""Compares a translator with its baselines, and with itself under another search and other weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seqserve.translation.predictor import TranslationQuery, Translator
from training.translation import baselines, metrics
from training.translation.corpus.pairs import Parts


def translated(predictor: Translator, sentences: Sequence[str], beam: int | None = None) -> list[str]:
    """Sentences as the service translates them; nothing where it refuses one."""
    answers = predictor.predict([TranslationQuery(sentence, beam=beam) for sentence in sentences])
    return [getattr(answer, "text", "") for answer in answers]


def compare(predictor: Translator, precise: Translator, parts: Parts, answers: list[str]) -> dict[str, Any]:
    """Scores of the model and of the baselines on two parts, and the effect of search and precision.

    Args:
        precise: the same model before its weights were rounded.
        answers: its translations of the validation part.
    """
    lowercase = predictor.config.lowercase
    references = {"test": parts.test.references(), "validation": parts.validation.references()}
    every = baselines.baselines(parts.train, [sentence for part in references.values() for sentence in part])
    rows = {"test": slice(len(references["test"])), "validation": slice(len(references["test"]), None)}

    def scores(part: str, translations: list[str]) -> dict[str, float]:
        return metrics.held_out(references[part], translations, lowercase)

    tested, validated = (
        {name: scores(part, lines[rows[part]]) for name, lines in every.items()} for part in ("test", "validation")
    )
    sources = list(references["validation"])
    model, usual = scores("test", translated(predictor, list(references["test"]))), scores("validation", answers)
    return {
        "test": model,
        "baselines": tested,
        "validation": usual,
        "validation_baselines": validated,
        "signatures": metrics.signatures(references["test"], lowercase),
        "decoding": {
            "greedy": scores("validation", translated(predictor, sources, beam=1)),
            f"beam {predictor.config.beam}": usual,
        },
        "precision": {"float": scores("validation", translated(precise, sources)), "8 bits": usual},
    }
