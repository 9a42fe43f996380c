"""POST /translate/feedback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seqserve.core.text_checks import check
from seqserve.errors import InputError
from service.prediction_log.feedback_route import FeedbackRoute
from service.prediction_log.scores import Counts, Scores
from service.translation.route import TranslateRoute
from service.translation.schemas import TranslationFeedback, TranslationFeedbackRequest

_GOOD = "good"


class TranslationFeedbackRoute(FeedbackRoute[TranslationFeedbackRequest]):
    """Takes right translations, or whether a translation was good."""

    path = "/translate/feedback"
    task = "translation_feedback"
    predicted = TranslateRoute.task
    request = TranslationFeedbackRequest
    items = "feedback"
    item = TranslationFeedback
    item_shapes = (TranslationFeedback,)
    takes_texts = False
    summary = "Say which translations were good, or what is right"
    example = {  # noqa: RUF012
        "feedback": [{"prediction_id": "0190c5a7b3f17c2e9d4a5b6c7d8e9f00", "text": "J'aime le lait."}]
    }

    def judge(self, said: TranslationFeedback, answer: Mapping[str, Any]) -> dict[str, Counts]:
        if said.text is None and said.good is None:
            raise InputError("wrong_shape", "say the right translation as 'text', or whether it was 'good'", "text")
        if said.text is not None:
            check(said.text, self.settings.max_characters)
        good = said.good if said.good is not None else _same(said.text, answer["text"])
        return {_GOOD: Counts(1, float(good))}


def accuracy(scores: Scores) -> dict[str, Any]:
    """The share of translations that were good."""
    good = scores[_GOOD]
    return {"texts": good.number, "good": good.mean}


def _same(one: str | None, other: str) -> bool:
    return (one or "").split() == other.split()
