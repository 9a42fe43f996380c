"""POST /sentiment."""

from __future__ import annotations

import math
from typing import Any

from seqserve.errors import InputError
from seqserve.sentiment.predictor import Classification, PreparedText, TextQuery
from service.http.schemas import SentimentAnswer, SentimentRequest
from service.inference import text_items
from service.inference.prediction_route import PredictionRoute
from service.model_registry.loaded_models import Loaded
from service.monitoring import metrics


class SentimentRoute(PredictionRoute[SentimentRequest]):
    """Answers a list of texts with a label, and the scores of all labels, for each."""

    path = "/sentiment"
    task = "sentiment"
    request = SentimentRequest
    response = SentimentAnswer
    items = "texts"
    results = "results"
    summary = "Label texts, with calibrated scores"
    example = {  # noqa: RUF012
        "texts": ["When it rains, look for rainbows.", "Dull and far too long."]
    }

    def query(self, item: Any, asked: SentimentRequest) -> TextQuery | InputError:
        return text_items.check(item, self.settings.max_characters) or TextQuery(item, asked.explain)

    def is_long(self, item: Any, asked: SentimentRequest) -> bool:
        return asked.explain

    def answer(self, loaded: Loaded, prepared: PreparedText, answer: Classification) -> dict[str, Any]:
        explanation = answer.explanation or []
        if not all(map(math.isfinite, [*answer.scores.values(), *(part["contribution"] for part in explanation)])):
            raise ArithmeticError("the scores are not finite")
        encoded, key = prepared.encoded, loaded.key
        text_items.count_tokens(loaded, [encoded.tokens], encoded.unknown)
        metrics.of(metrics.TRUNCATED, self.task, key.name).inc(encoded.tokens > len(encoded.ids))
        metrics.of(metrics.PREDICTED_CLASSES, key.name, key.version, answer.label).inc()
        return {
            "label": answer.label,
            "score": answer.score,
            "scores": answer.scores,
            **({"explanation": explanation} if answer.explanation is not None else {}),
            "warnings": answer.warnings,
        }
