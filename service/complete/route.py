"""POST /complete."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from seqserve.complete.predictor import Completer, Completion, PreparedPrefix
from seqserve.complete.query import CompletionQuery
from service.complete.metrics import PREFIXES
from service.complete.schemas import CompletionAnswer, CompletionRequest
from service.http.problems import Problem
from service.inference import text_items
from service.inference.codec import Codec
from service.inference.prediction_route import PredictionRoute
from service.model_registry.loaded_models import Loaded
from service.monitoring import metrics
from service.settings import Settings


class CompleteRoute(PredictionRoute[CompletionRequest]):
    """Answers a list of texts with words to go on with, or with continuations."""

    path = "/complete"
    task = "complete"
    request = CompletionRequest
    response = CompletionAnswer
    items = "texts"
    takes_texts = True
    results = "results"
    summary = "Complete texts as one types, or continue them"
    example = {"texts": ["I would like to ", "Thank you for your h"], "count": 3}  # noqa: RUF012

    def codec(self, asked: CompletionRequest, loaded: Loaded) -> CompleteCodec:
        if asked.mode == "continue" and asked.temperature == 0 and (asked.count or 1) > 1:
            detail = f"temperature 0 has one continuation, and {asked.count} are asked for; set a temperature above 0"
            raise Problem(422, "wrong-shape", detail)
        return CompleteCodec(asked, loaded, self.settings)


class CompleteCodec(Codec):
    """Decodes texts and encodes what they may be completed with."""

    def __init__(self, asked: CompletionRequest, loaded: Loaded, settings: Settings) -> None:
        super().__init__(loaded)
        assert isinstance(loaded.predictor, Completer)
        self._completer = loaded.predictor
        self._options = asked.model_dump(exclude={"texts", "model", "version"})
        self._max_characters = text_items.max_characters(settings, loaded.predictor.config)

    def decode(self, item: Any) -> PreparedPrefix:
        query = CompletionQuery(text_items.text(item), **self._options)
        return self._completer.prepare(query, self._max_characters)

    def encode(self, prepared: PreparedPrefix, answer: Completion) -> dict[str, Any]:
        kind = "suggestions" if answer.continuations is None else "continuations"
        found = [asdict(each) for each in answer.suggestions or answer.continuations or []]
        if not all(math.isfinite(each["score"]) for each in found):
            raise ArithmeticError("the scores are not finite")
        key, read = self.loaded.key, len(prepared.prefix.tokens) - 1
        text_items.count_tokens(self.loaded, [read + prepared.prefix.dropped], 0)
        metrics.of(metrics.TRUNCATED, key.task, key.name).inc(prepared.prefix.dropped > 0)
        metrics.of(PREFIXES, key.name, key.version, "yes" if prepared.cached else "no").inc()
        return {kind: found, "read": read, "warnings": answer.warnings}
