"""Translates a document with a model, some of its texts at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from seqserve.errors import InputError
from seqserve.translation.documents.document import Document
from seqserve.translation.formality import Register
from seqserve.translation.predictor import TranslationQuery, Translator
from seqserve.translation.shaped_query import foreign

_BATCH = 64
"""Texts that are translated together; what the network needs for more is held in memory at once."""


@dataclass
class Outcome:
    """A translated document.

    Args:
        content: of the file.
        errors: by place, of texts that were not translated, and stand there as they were.
        warnings: by place.
    """

    content: bytes = b""
    errors: dict[str, InputError] = field(default_factory=dict)
    warnings: dict[str, list[str]] = field(default_factory=dict)


def translated(
    document: Document,
    predictor: Translator,
    beam: int | None = None,
    told: Callable[[int], None] = lambda count: None,
    formality: Register | None = None,
) -> Outcome:
    """Translate every text of a document; equal texts once.

    Args:
        beam: hypotheses to follow; none means the model's own number.
        told: called with the number of texts that were done, time and again.
        formality: how "you" is said; none leaves it to the network, text by text.
    """
    outcome = Outcome()
    answers: dict[str, tuple[str, bool]] = {}
    wanted = list({text: place for place, text in reversed(document.texts)}.items())[::-1]
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        found = predictor.predict([TranslationQuery(text, beam=beam, formality=formality) for text, _ in batch])
        for (text, place), answer in zip(batch, found, strict=True):
            if isinstance(answer, InputError):
                outcome.errors[place] = answer
                answers[text] = text, True
                continue
            noticed = foreign(text, predictor.config.source)
            if warnings := [*([noticed] if noticed else []), *answer.warnings]:
                outcome.warnings[place] = warnings
            answers[text] = answer.text, bool(answer.doubtful)
        told(len(batch))
    translations, doubtful = zip(*(answers[text] for _, text in document.texts), strict=True) if wanted else ((), ())
    outcome.content = document.written(translations, doubtful, predictor.config.target)
    return outcome
