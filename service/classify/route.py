"""POST /classify."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

from seqserve.classify.predictor import Labelled, PreparedSequence, SequenceClassifier, SequenceQuery
from service.classify.schemas import ClassifyAnswer, ClassifyRequest, NumberSequence
from service.forecast.metrics import FILLED, OUT_OF_RANGE
from service.http.problems import wrong_shape
from service.inference.codec import Codec
from service.inference.items_route import identified, shaped
from service.inference.prediction_route import PredictionRoute
from service.model_registry.loaded_models import Loaded
from service.monitoring.metrics import of
from service.sentiment.metrics import PREDICTED_CLASSES

_FIELDS = ("label", "probability", "probabilities", "steps", "log_odds", "explanation")


class ClassifyRoute(PredictionRoute[ClassifyRequest]):
    """Answers a list of sequences with a label, and the probabilities of all labels, for each or for each step."""

    path = "/classify"
    task = "classify"
    request = ClassifyRequest
    response = ClassifyAnswer
    items = "sequences"
    item_shapes = (NumberSequence,)
    results = "results"
    summary = "Label sequences of numbers, with calibrated probabilities"
    example = {  # noqa: RUF012
        "sequences": [{"id": "a bar", "values": [[0] * 12 + [255] * 4 + [0] * 12] * 28}],
        "top": 3,
    }

    def codec(self, asked: ClassifyRequest, loaded: Loaded) -> ClassifyCodec:
        return ClassifyCodec(asked, loaded)


class ClassifyCodec(Codec):
    """Decodes sequences and encodes their labels.

    Raises:
        Problem: 422 an explanation is asked of a model that labels each step.
    """

    def __init__(self, asked: ClassifyRequest, loaded: Loaded) -> None:
        super().__init__(loaded)
        assert isinstance(loaded.predictor, SequenceClassifier)
        self._classifier = loaded.predictor
        self._top, self._explain = asked.top, asked.explain
        if self._explain and loaded.predictor.config.per_step:
            raise wrong_shape([("/explain", "this model labels each step, which is not explained; leave it out")])

    def decode(self, item: Any) -> PreparedSequence:
        sequence = shaped(NumberSequence, item, "sequence")
        return self._classifier.prepare(SequenceQuery(sequence.values, self._top, self._explain))

    def encode(self, prepared: PreparedSequence, answer: Labelled) -> dict[str, Any]:
        if not all(map(math.isfinite, _numbers(answer))):
            raise ArithmeticError("the probabilities are not finite")
        key, cleaned = self.loaded.key, prepared.cleaned
        self.loaded.inputs.add(cleaned.values)
        labels = [answer.label] if answer.steps is None else [step["label"] for step in answer.steps]
        for label, count in Counter(labels).items():
            of(PREDICTED_CLASSES, key.name, key.version, label).inc(count)
        if cleaned.filled:
            of(FILLED, key.name).inc(cleaned.filled)
        if cleaned.outside:
            of(OUT_OF_RANGE, key.name).inc(cleaned.outside)
        told = {name: getattr(answer, name) for name in _FIELDS}
        return {name: value for name, value in told.items() if value is not None} | {"warnings": answer.warnings}

    def echo(self, item: Any) -> dict[str, Any]:
        return identified(item)

    def is_long(self, item: Any) -> bool:
        return self._explain


def _numbers(answer: Labelled) -> Iterator[float]:
    for told in answer.steps or [{"probabilities": answer.probabilities}]:
        yield from told["probabilities"].values()
    yield answer.log_odds or 0.0
    for run in answer.explanation or ():
        yield run["importance"]
