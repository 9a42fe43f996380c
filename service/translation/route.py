"""POST /translate."""

from __future__ import annotations

import math
from typing import Any

from seqserve.errors import InputError, NotFoundError
from seqserve.registry.store import STABLE, Key
from seqserve.translation.predictor import PreparedTranslation, Translation, TranslationQuery, Translator
from seqserve.translation.sentence_processor import Sentence
from service.http.problems import Problem, wrong_shape
from service.http.schemas import TranslationAnswer, TranslationRequest
from service.inference import text_items
from service.inference.batcher import AnyPredictor
from service.inference.prediction_route import PredictionRoute
from service.model_registry.loaded_models import Loaded, Registry
from service.monitoring import metrics

Pair = tuple[str, str]

_LONG_TEXT = 1_000
"""Characters that take milliseconds to split and encode."""


class TranslateRoute(PredictionRoute[TranslationRequest]):
    """Answers a list of texts with their translations."""

    path = "/translate"
    task = "translation"
    request = TranslationRequest
    response = TranslationAnswer
    items = "texts"
    results = "translations"
    summary = "Translate texts, with alternatives"
    long_body = 1_024
    example = {  # noqa: RUF012
        "texts": ["I like milk."],
        "source": "en",
        "target": "fr",
        "alternatives": 2,
    }

    def choose(self, asked: TranslationRequest, registry: Registry) -> Loaded:
        """The model that is named, or else one of the pair: the default before others, then by name."""
        if asked.model is not None or (asked.source, asked.target) == (None, None):
            return self._of_languages(asked, registry, asked.model)
        pairs = self._pairs(registry)
        found = {name: pair for name, pair in pairs.items() if not _wrong(pair, asked)}
        default = registry.catalog.default(self.task)
        if not found and any(key.task == self.task for key in registry.refused):
            detail = "no model that is served translates this, and some are damaged or failed their self-test"
            raise Problem(503, "model-refused", f"{detail}; ask for another pair, or come again later")
        if not found:
            wanted = " to ".join("anything" if code is None else repr(code) for code in (asked.source, asked.target))
            known = ", ".join(sorted({f"{source} to {target}" for source, target in pairs.values()})) or "none"
            raise Problem(404, "no-such-pair", f"no model translates {wanted}; pairs that there are: {known}")
        if default not in found and len(set(found.values())) > 1:
            side, place = ("source", 0) if asked.source is None else ("target", 1)
            known = ", ".join(sorted({pair[place] for pair in found.values()}))
            raise wrong_shape([(f"/{side}", f"say which language; there are: {known}")])
        serving = {name for name in found if _serves(registry, Key(self.task, name, asked.version or STABLE))}
        name = min(found, key=lambda name: (name != default, name not in serving, name))
        return self._of_languages(asked, registry, name)

    def _of_languages(self, asked: TranslationRequest, registry: Registry, name: str | None) -> Loaded:
        """The version of a model that is asked for; a canary of other languages than are asked for is passed by.

        Raises:
            Problem: there is none such, or its languages are not those that are asked for.
        """
        loaded = registry.resolve(self.task, name, asked.version)
        if asked.version is None and _wrong(_pair(loaded), asked):
            loaded = registry.resolve(self.task, name, STABLE)
        source, target = _pair(loaded)
        if wrong := _wrong((source, target), asked):
            detail = f"{loaded.key.name} version {loaded.key.version} translates {source} to {target}"
            raise wrong_shape([(f"/{side}", detail) for side in wrong])
        return loaded

    def check(self, predictor: AnyPredictor, asked: TranslationRequest) -> None:
        assert isinstance(predictor, Translator)
        try:
            predictor.check(asked.alternatives, asked.beam)
        except InputError as error:
            raise wrong_shape([(f"/{error.field}", error.message)]) from None

    def query(self, item: Any, asked: TranslationRequest) -> TranslationQuery | InputError:
        wrong = text_items.check(item, self.settings.max_characters)
        return wrong or TranslationQuery(item, asked.alternatives, asked.beam)

    def is_long(self, item: Any, asked: TranslationRequest) -> bool:
        return isinstance(item, str) and len(item) > _LONG_TEXT

    def answer(self, loaded: Loaded, prepared: PreparedTranslation, answer: Translation) -> dict[str, Any]:
        if not math.isfinite(answer.score):
            raise ArithmeticError("the score is not finite")
        read = [found for found in prepared.sentences if found.tokens]
        text_items.count_tokens(loaded, [len(found.tokens) for found in read], sum(map(_unknown, prepared.sentences)))
        metrics.of(metrics.TRUNCATED, self.task, loaded.key.name).inc(prepared.parted > 0)
        return {
            "text": answer.text,
            "score": answer.score,
            "alternatives": answer.alternatives,
            "warnings": answer.warnings,
        }

    def _pairs(self, registry: Registry) -> dict[str, Pair]:
        """Model to the languages of its stable version, or if that is not loaded of another."""
        catalog = registry.catalog
        stable = {name: catalog.labels(self.task, name).get(STABLE) for name in catalog.names(self.task)}
        loaded = [found for key, found in registry.loaded.items() if key.task == self.task]
        loaded.sort(key=lambda found: found.key.version == stable[found.key.name])
        return {found.key.name: _pair(found) for found in loaded}


def _serves(registry: Registry, wanted: Key) -> bool:
    """Whether a version or label, as it stands in the key, is there and loaded."""
    try:
        return registry.catalog.resolve(wanted.task, wanted.name, wanted.version) in registry.loaded
    except NotFoundError:
        return False


def _pair(loaded: Loaded) -> Pair:
    assert isinstance(loaded.predictor, Translator)
    return loaded.predictor.config.source, loaded.predictor.config.target


def _wrong(pair: Pair, asked: TranslationRequest) -> list[str]:
    """The sides of a pair that are other languages than are asked for."""
    wanted = {"source": asked.source, "target": asked.target}
    return [
        side
        for (side, code), own in zip(wanted.items(), pair, strict=True)
        if code is not None and code.lower() != own.lower()
    ]


def _unknown(sentence: Sentence) -> int:
    return sentence.unknown + sentence.foreign
