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

_GOOD, _CHRF = "good", "chrf"


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
        scores = {_GOOD: Counts(1, float(good))}
        if said.text is not None:
            scores[_CHRF] = Counts(1, _chrf(answer["text"], said.text))
        return scores


def accuracy(scores: Scores) -> dict[str, Any]:
    """The share of translations that were good, and how alike they and the right ones are.

    chrF (Popović 2015) is that of single texts, from 0 to 100, and the mean of it: a long text counts as much as a
    short one.
    """
    good, chrf = scores[_GOOD], scores.get(_CHRF, Counts(0, 0.0))
    return {"texts": good.number, "good": good.mean, "right_texts": chrf.number, "chrf": chrf.mean}


def _chrf(answer: str, right: str) -> float:
    from sacrebleu.metrics.chrf import CHRF  # of the extra that a log needs; it takes a while to import

    return float(CHRF().sentence_score(answer, [right]).score)


def _same(one: str | None, other: str) -> bool:
    return (one or "").split() == other.split()
