"""Compares a translator with its baselines, and with itself under another search and other weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seqserve.translation.predictor import TranslationQuery, Translator
from training.translation import baselines, metrics
from training.translation.corpus.pairs import Parts


def translated(predictor: Translator, sentences: Sequence[str], beam: int | None = None) -> list[str]:
    """Sentences as the service translates them; nothing where it refuses one."""
    answers = predictor.predict([TranslationQuery(sentence, beam=beam) for sentence in sentences])
    return [getattr(answer, "text", "") for answer in answers]


def compare(
    predictor: Translator,
    precise: Translator,
    parts: Parts,
    answers: list[str],
    apart: Mapping[str, Parts] | None = None,
    start: Translator | None = None,
) -> dict[str, Any]:
    """Scores of the model and of the baselines on two parts, and the effect of search and precision.

    Args:
        precise: the same model before its weights were rounded.
        answers: its translations of the validation part.
        apart: the sources of the parts by name, if there are several.
        start: the version that it learned on from, if it did.
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
    tests = translated(predictor, list(references["test"]))
    model, usual = scores("test", tests), scores("validation", answers)
    return {
        "test": model,
        "baselines": tested,
        "validation": usual,
        "validation_baselines": validated,
        "uncertainty": {
            "test": metrics.uncertainty(references["test"], tests, lowercase),
            "validation": metrics.uncertainty(references["validation"], answers, lowercase),
        },
        "start": scores("test", translated(start, list(references["test"]))) if start else {},
        "apart": _apart(apart or {}, dict(zip(references["test"], tests, strict=True)), lowercase),
        "signatures": metrics.signatures(references["test"], lowercase),
        "decoding": {
            "greedy": scores("validation", translated(predictor, sources, beam=1)),
            f"beam {predictor.config.beam}": usual,
        },
        "precision": {"float": scores("validation", translated(precise, sources)), "8 bits": usual},
    }


def _apart(sources: Mapping[str, Parts], answers: Mapping[str, str], lowercase: bool) -> dict[str, dict[str, float]]:
    """Scores on the test part of each source, given the answers to all."""
    found = {}
    for name, parts in sources.items():
        references = {source: texts for source, texts in parts.test.references().items() if source in answers}
        if references:
            found[name] = metrics.held_out(references, [answers[source] for source in references], lowercase)
    return found
