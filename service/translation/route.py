"""POST /translate."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from starlette.requests import Request

from seqserve.core import text_checks
from seqserve.errors import InputError
from seqserve.registry.store import STABLE
from seqserve.translation.predictor import PreparedTranslation, Translation, Translator
from seqserve.translation.sentences.sentence import Sentence
from seqserve.translation.shaped_query import ShapedQuery, Shaping
from service.http.problems import Problem, wrong_shape
from service.inference import text_items
from service.inference.codec import Codec
from service.inference.items_route import Backend, rejected
from service.inference.prediction_route import PredictionRoute
from service.model_registry.loaded_models import Loaded, Registry
from service.model_registry.on_demand import chosen
from service.monitoring import metrics
from service.settings import Settings
from service.translation.detection import AUTO, identified_sources
from service.translation.language_pairs import LanguagePairs, Pair, pair
from service.translation.schemas import TranslationAnswer, TranslationRequest

_LONG_TEXT = 1_000
"""Characters that take milliseconds to split and encode."""


class TranslateRoute(PredictionRoute[TranslationRequest]):
    """Answers a list of texts with their translations."""

    path = "/translate"
    task = "translation"
    request = TranslationRequest
    response = TranslationAnswer
    items = "texts"
    takes_texts = True
    results = "translations"
    summary = "Translate texts, with alternatives"
    long_body = 1_024
    example = {  # noqa: RUF012
        "texts": ["I like milk."],
        "source": "en",
        "target": "fr",
        "alternatives": 2,
    }

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend)
        self._languages: WeakKeyDictionary[Registry, LanguagePairs] = WeakKeyDictionary()

    def codec(self, asked: TranslationRequest, loaded: Loaded) -> TranslationCodec:
        return TranslationCodec(asked, loaded, self.settings)

    async def predict(
        self, request: Request, asked: TranslationRequest, items: Sequence[Any], *, long: bool
    ) -> tuple[Loaded, list[dict[str, object]]]:
        if (asked.source or "").lower() != AUTO:
            return await super().predict(request, asked, items, long=long)
        registry = self.live.current
        find = partial(identified_sources, items, self.pairs(registry), self.settings.max_characters)
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self.backend.executor, find) if long else find()
        base: Loaded | None = None
        results: dict[int, dict[str, object]] = {}
        for language, places in found.places.items():
            own = asked.model_copy(update={"source": language})
            try:
                await chosen(self.live, partial(self.choose, own), self.settings.deadline_seconds)
            except Problem as problem:
                if problem.status == 503:
                    raise
                error = rejected(InputError("no_such_pair", problem.detail, "source"))
                results.update(dict.fromkeys(places, error))
                continue
            loaded, answers = await super().predict(request, own, [items[place] for place in places], long=long)
            base = base or loaded
            other = {} if loaded.key == base.key else {"model": loaded.key.name, "version": loaded.key.version}
            for place, answer in zip(places, answers, strict=True):
                detected = {"detected": found.detected[place]} if "error" not in answer else {}
                results[place] = {**answer, **detected, **other}
        if base is None:
            resolve = partial(self._default, asked)
            base = await chosen(self.live, resolve, self.settings.deadline_seconds)
        request.state.answered_by = base.key
        results.update({place: rejected(error) for place, error in found.errors.items()})
        return base, [results[place] for place in range(len(items))]

    def _default(self, asked: TranslationRequest, registry: Registry) -> Loaded:
        return registry.resolve(self.task, asked.model, asked.version)

    def pairs(self, registry: Registry) -> LanguagePairs:
        """Which models translate between which languages."""
        languages = self._languages.get(registry)
        if languages is None:
            languages = self._languages[registry] = LanguagePairs(registry, self.task)
        return languages

    def choose(self, asked: TranslationRequest, registry: Registry) -> Loaded:
        """The model that is named, or else one of the pair: the default first, then loaded ones, then by name."""
        if asked.model is not None or (asked.source, asked.target) == (None, None):
            return self._of_languages(asked, registry, asked.model)
        languages = self.pairs(registry)
        names = languages.names(asked.source, asked.target)
        default = registry.catalog.default(self.task)
        if not names:
            raise self.no_such_pair(asked, registry, languages)
        if default not in names and len({languages.pairs[name] for name in names}) > 1:
            side, place = ("source", 0) if asked.source is None else ("target", 1)
            known = ", ".join(sorted({languages.pairs[name][place] for name in names}))
            raise wrong_shape([(f"/{side}", f"say which language; there are: {known}")])
        serving = {name for name in names if registry.serves(self.task, name, asked.version)}
        name = min(names, key=lambda name: (name != default, name not in serving, name))
        return self._of_languages(asked, registry, name)

    def no_such_pair(self, asked: TranslationRequest, registry: Registry, languages: LanguagePairs) -> Problem:
        """The problem of a pair that no model translates; it lists those that there are."""
        if any(key.task == self.task for key in registry.refused):
            detail = "no model that is served translates this, and some are damaged or failed their self-test"
            return Problem(503, "model-refused", f"{detail}; ask for another pair, or come again later")
        wanted = " to ".join("anything" if code is None else repr(code) for code in (asked.source, asked.target))
        known = ", ".join(sorted({f"{source} to {target}" for source, target in languages.pairs.values()})) or "none"
        return Problem(404, "no-such-pair", f"no model translates {wanted}; pairs that there are: {known}")

    def _of_languages(self, asked: TranslationRequest, registry: Registry, name: str | None) -> Loaded:
        """The version of a model that is asked for; a canary whose languages are not those asked for is skipped.

        Raises:
            Problem: its languages are not those that are asked for.
        """
        loaded = registry.resolve(self.task, name, asked.version)
        wrong = _wrong(pair(loaded), asked)
        if wrong and asked.version is None:
            loaded = registry.resolve(self.task, name, STABLE)
            wrong = _wrong(pair(loaded), asked)
        if wrong:
            source, target = pair(loaded)
            detail = f"{loaded.key.name} version {loaded.key.version} translates {source} to {target}"
            raise wrong_shape([(f"/{side}", detail) for side in wrong])
        return loaded


class TranslationCodec(Codec):
    """Decodes texts and encodes their translations, all with the same beam and alternatives."""

    def __init__(self, asked: TranslationRequest, loaded: Loaded, settings: Settings) -> None:
        super().__init__(loaded)
        assert isinstance(loaded.predictor, Translator)
        self._translator = loaded.predictor
        self._asked = asked
        self._max_characters = text_items.max_characters(settings, loaded.predictor.config)
        config = self._translator.config
        self._shaping = Shaping(config.source, html=asked.format == "html", terms=asked.glossary, target=config.target)
        try:
            self._beam = loaded.predictor.check(asked.alternatives, asked.beam, asked.formality)
        except InputError as error:
            raise wrong_shape([(f"/{error.field}", error.message)]) from None

    def decode(self, item: Any) -> PreparedTranslation:
        text = text_items.text(item)
        text_checks.check(text, self._max_characters)
        query = self._shaping.query(text, self._asked.alternatives, self._asked.beam, self._asked.formality)
        return self._translator.prepare_checked(query, self._beam, max(self._max_characters, len(query.text)))

    def encode(self, prepared: PreparedTranslation, answer: Translation) -> dict[str, Any]:
        if not math.isfinite(answer.score):
            raise ArithmeticError("the score is not finite")
        read = [len(found.tokens) for found in prepared.sentences if found.tokens]
        text_items.count_tokens(self.loaded, read, sum(map(_unknown, prepared.sentences)))
        assert isinstance(prepared.query, ShapedQuery)
        answer = prepared.query.restored(answer)
        key = self.loaded.key
        metrics.of(metrics.TRUNCATED, key.task, key.name).inc(prepared.divided > 0)
        return {
            "text": answer.text,
            "score": answer.score,
            "alternatives": answer.alternatives,
            "warnings": answer.warnings,
            **({"doubtful": answer.doubtful} if answer.doubtful else {}),
        }

    def is_long(self, item: Any) -> bool:
        return isinstance(item, str) and len(item) > _LONG_TEXT


def _wrong(own: Pair, asked: TranslationRequest) -> list[str]:
    """The sides, `source` or `target`, on which a model's language is not the one asked for."""
    wanted = {"source": asked.source, "target": asked.target}
    return [
        side
        for (side, code), language in zip(wanted.items(), own, strict=True)
        if code is not None and code.lower() != language.lower()
    ]


def _unknown(sentence: Sentence) -> int:
    return sentence.unknown + sentence.foreign
