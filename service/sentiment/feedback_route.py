"""POST /sentiment/feedback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seqserve.errors import InputError
from service.prediction_log.feedback_route import FeedbackRoute
from service.prediction_log.scores import Counts, Scores
from service.sentiment.route import SentimentRoute
from service.sentiment.schemas import SentimentFeedback, SentimentFeedbackRequest

_TRUE, _PREDICTED = "true:", "predicted:"
_ALL = "correct"
_TOLD = 20


class SentimentFeedbackRoute(FeedbackRoute[SentimentFeedbackRequest]):
    """Takes the right labels of texts that were labelled."""

    path = "/sentiment/feedback"
    task = "sentiment_feedback"
    predicted = SentimentRoute.task
    request = SentimentFeedbackRequest
    items = "feedback"
    item = SentimentFeedback
    item_shapes = (SentimentFeedback,)
    summary = "Say which labels were right"
    example = {  # noqa: RUF012
        "feedback": [{"prediction_id": "0190c5a7b3f17c2e9d4a5b6c7d8e9f00", "label": "positive"}]
    }

    def judge(self, said: SentimentFeedback, answer: Mapping[str, Any]) -> dict[str, Counts]:
        several = answer.get("labels")
        field = "label" if several is None else "labels"
        if (said.label is None) == (several is None) or (said.labels is None) != (several is None):
            message = f"say the right {field} of this text, in the field {field!r} alone"
            raise InputError("wrong_shape", message, field)
        right = {said.label} if said.labels is None else set(said.labels)
        found = {answer["label"]} if several is None else set(several)
        if unknown := sorted(map(str, right - answer["scores"].keys())):
            known = ", ".join(list(answer["scores"])[:_TOLD])
            message = f"{unknown[0][:100]!r} is no label of this model; there are: {known}"
            raise InputError("unknown_label", message, field)
        scores = {_ALL: Counts(1, float(right == found))}
        scores |= {f"{_TRUE}{label}": Counts(1, float(label in found)) for label in right}
        return scores | {f"{_PREDICTED}{label}": Counts(1, float(label in right)) for label in found}


def accuracy(scores: Scores) -> dict[str, Any]:
    """The share of texts that were labelled right, and by label how many were found and how many of those are right."""
    correct = scores[_ALL]
    kinds = {name: _by_label(scores, name) for name in (_TRUE, _PREDICTED)}
    none = Counts(0, 0.0)
    labels = {}
    for label in sorted(kinds[_TRUE].keys() | kinds[_PREDICTED].keys()):
        true, predicted = (kinds[name].get(label, none) for name in (_TRUE, _PREDICTED))
        labels[label] = {
            "texts": true.number,
            "recall": true.mean,
            "predicted": predicted.number,
            "precision": predicted.mean,
        }
    return {"texts": correct.number, "accuracy": correct.mean, "labels": labels}


def _by_label(scores: Scores, kind: str) -> Scores:
    return {measure.removeprefix(kind): counts for measure, counts in scores.items() if measure.startswith(kind)}
