"""POST /tag."""

from __future__ import annotations

import math
from typing import Any

from seqserve.errors import InputError
from seqserve.tag.predictor import PreparedTags, Tagger, Tagging, TagQuery
from service.http.problems import wrong_shape
from service.inference import text_items
from service.inference.codec import Codec
from service.inference.prediction_route import PredictionRoute
from service.model_registry.loaded_models import Loaded
from service.monitoring import metrics
from service.settings import Settings
from service.tag.metrics import FOUND_ENTITIES, REPLACED
from service.tag.schemas import TagAnswer, TagRequest

_LONG = 2_000
"""Characters; splitting more into words keeps the event loop waiting."""


class TagRoute(PredictionRoute[TagRequest]):
    """Answers a list of texts with the entities of each."""

    path = "/tag"
    task = "tag"
    request = TagRequest
    response = TagAnswer
    items = "texts"
    takes_texts = True
    results = "tags"
    summary = "Find persons, places and other entities in texts, and mask them"
    example = {  # noqa: RUF012
        "texts": ["Ada Lovelace was born in London."],
        "mask": ["person", "email", "phone"],
    }

    def codec(self, asked: TagRequest, loaded: Loaded) -> TagCodec:
        return TagCodec(asked, loaded, self.settings)


class TagCodec(Codec):
    """Decodes texts and encodes their entities.

    Raises:
        Problem: 422 the version cannot mask what is asked for.
    """

    def __init__(self, asked: TagRequest, loaded: Loaded, settings: Settings) -> None:
        super().__init__(loaded)
        assert isinstance(loaded.predictor, Tagger)
        self._tagger = loaded.predictor
        self._mask = tuple(dict.fromkeys(asked.mask))
        self._utf16 = asked.offsets == "utf16"
        self._max_characters = text_items.max_characters(settings, loaded.predictor.config)
        try:
            self._tagger.check_mask(self._mask)
        except InputError as error:
            raise wrong_shape([("/mask", error.message)]) from None

    def decode(self, item: Any) -> PreparedTags:
        return self._tagger.prepare(TagQuery(text_items.text(item), self._mask, self._utf16), self._max_characters)

    def encode(self, prepared: PreparedTags, answer: Tagging) -> dict[str, Any]:
        if not all(math.isfinite(entity["score"]) for entity in answer.entities):
            raise ArithmeticError("the scores are not finite")
        name, version = self.loaded.key.name, self.loaded.key.version
        text_items.count_tokens(self.loaded, [len(prepared.bounds)], prepared.unknown)
        for entity in answer.entities:
            metrics.of(FOUND_ENTITIES, name, version, entity["label"]).inc()
        for one in answer.replaced or []:
            metrics.of(REPLACED, name, version, one["label"]).inc()
        result: dict[str, Any] = {"entities": answer.entities}
        if answer.masked is not None:
            result |= {"masked": answer.masked, "replaced": answer.replaced}
        return result | {"warnings": answer.warnings}

    def is_long(self, item: Any) -> bool:
        return isinstance(item, str) and len(item) > _LONG
