"""POST /sentiment."""

from __future__ import annotations

import math
from typing import Any

from seqserve.sentiment.predictor import Classification, Classifier, PreparedText, TextQuery
from service.inference import text_items
from service.inference.codec import Codec
from service.inference.prediction_route import PredictionRoute
from service.model_registry.loaded_models import Loaded
from service.monitoring import metrics
from service.sentiment.metrics import PREDICTED_CLASSES
from service.sentiment.schemas import SentimentAnswer, SentimentRequest
from service.settings import Settings


class SentimentRoute(PredictionRoute[SentimentRequest]):
    """Answers a list of texts with a label, and the scores of all labels, for each."""

    path = "/sentiment"
    task = "sentiment"
    request = SentimentRequest
    response = SentimentAnswer
    items = "texts"
    takes_texts = True
    results = "results"
    summary = "Label texts, with calibrated scores"
    example = {  # noqa: RUF012
        "texts": ["When it rains, look for rainbows.", "Dull and far too long."]
    }

    def codec(self, asked: SentimentRequest, loaded: Loaded) -> SentimentCodec:
        return SentimentCodec(asked, loaded, self.settings)


class SentimentCodec(Codec):
    """Decodes texts and encodes their labels."""

    def __init__(self, asked: SentimentRequest, loaded: Loaded, settings: Settings) -> None:
        super().__init__(loaded)
        assert isinstance(loaded.predictor, Classifier)
        self._classifier = loaded.predictor
        self._explain = asked.explain
        self._utf16 = asked.offsets == "utf16"
        self._max_characters = text_items.max_characters(settings, loaded.predictor.config)

    def decode(self, item: Any) -> PreparedText:
        query = TextQuery(text_items.text(item), self._explain, self._utf16)
        return self._classifier.prepare(query, self._max_characters)

    def encode(self, prepared: PreparedText, answer: Classification) -> dict[str, Any]:
        explanation = answer.explanation or []
        told = [*answer.scores.values(), answer.base_value or 0.0, *(part["contribution"] for part in explanation)]
        if not all(map(math.isfinite, told)):
            raise ArithmeticError("the scores are not finite")
        encoded, key = prepared.encoded, self.loaded.key
        text_items.count_tokens(self.loaded, [encoded.tokens], encoded.unknown)
        metrics.of(metrics.TRUNCATED, key.task, key.name).inc(encoded.tokens > len(encoded.ids))
        for label in [answer.label] if answer.labels is None else answer.labels:
            metrics.of(PREDICTED_CLASSES, key.name, key.version, label).inc()
        return {
            "label": answer.label,
            "score": answer.score,
            "scores": answer.scores,
            **({"labels": answer.labels} if answer.labels is not None else {}),
            **({"base_value": answer.base_value, "explanation": explanation} if answer.explanation is not None else {}),
            "warnings": answer.warnings,
        }

    def is_long(self, item: Any) -> bool:
        return self._explain
