"""What the protocols of translation have in common: codes of languages, and texts whose language is not said."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from starlette.requests import Request

from seqserve.language.identification import candidates, identify
from seqserve.translation.predictor import Translator
from seqserve.translation.shaped_query import primary
from service.http.problems import Problem
from service.model_registry.on_demand import chosen
from service.protocols.protocol import Served, asked, predicted
from service.translation.language_pairs import LanguagePairs
from service.translation.schemas import TranslationRequest

_GUESSES = 10
"""Of the likeliest languages of a text that is too short to be sure; one of them may be a model's."""


@dataclass(frozen=True)
class Wish:
    """How texts are to be translated.

    Args:
        source: a code in any case, with or without a region; none means that it is to be found.
        alternatives: other translations of each text; more than a model finds are not asked for.
    """

    source: str | None
    target: str
    html: bool = False
    alternatives: int = 0
    glossary: Mapping[str, str] = field(default_factory=dict)


class Found(NamedTuple):
    """The language of a text, as a model names it if one has it, and how probable it is."""

    language: str
    probability: float


@dataclass(frozen=True)
class TranslatedText:
    """A text as it is answered."""

    text: str
    alternatives: list[str]
    source: Found


def code(wanted: str, known: Iterable[str]) -> str:
    """The code of a model for a language: the same but for case, else that of the language without its region."""
    by_code = {other.replace("_", "-").lower(): other for other in sorted(known, reverse=True)}
    by_language = {primary(other): other for other in sorted(known, reverse=True)}
    full = wanted.strip().replace("_", "-").lower()
    return by_code.get(full) or by_code.get(primary(full)) or by_language.get(primary(full)) or wanted


async def translated(
    served: Served, request: Request, texts: Sequence[str], wish: Wish, size: int
) -> list[TranslatedText]:
    """Translate texts; what is blank, or found to be in the target language already, comes back as it is.

    Args:
        size: of the body, in bytes.

    Raises:
        Problem: 400 a text failed, 404 there is no such pair of languages, 413 there are too many texts.
    """
    route, registry = served.translation, served.live.current
    route.admit(request, len(texts))
    languages = route.pairs(registry)
    target = code(wish.target, (target for _, target in languages.pairs.values()))
    if wish.source is None:
        find = partial(_sources, texts, languages, target)
        loop = asyncio.get_running_loop()
        long = size > route.long_body
        found = await loop.run_in_executor(served.backend.executor, find) if long else find()
    else:
        source = code(wish.source, (source for source, _ in languages.pairs.values()))
        if not languages.names(source, target):
            pair = asked(TranslationRequest, {"texts": [""], "source": source, "target": target})
            raise route.no_such_pair(pair, registry, languages)
        found = [Found(source, 1.0)] * len(texts)
    answers = [TranslatedText(text, [], language) for text, language in zip(texts, found, strict=True)]
    for language, places in _by_language(texts, found, None if wish.source else target).items():
        wanted = await _wanted(served, [texts[place] for place in places], language, target, wish)
        _, results = await predicted(route, request, wanted, wanted.texts, size, places=places)
        for place, result in zip(places, results, strict=True):
            answers[place] = TranslatedText(result["text"], result["alternatives"], found[place])
    return answers


def _by_language(texts: Sequence[str], found: Sequence[Found], target: str | None) -> dict[str, list[int]]:
    """The places of the texts in each language; without blank ones, and without those in the target language.

    Args:
        target: none if languages were not found but stated.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for place, (text, one) in enumerate(zip(texts, found, strict=True)):
        if text.strip() and (target is None or primary(one.language) != primary(target)):
            groups[one.language].append(place)
    return groups


async def _wanted(served: Served, texts: list[str], source: str, target: str, wish: Wish) -> TranslationRequest:
    """The same as our own route takes it, with no more alternatives than the model finds."""
    wanted = asked(
        TranslationRequest,
        {
            "texts": texts,
            "source": source,
            "target": target,
            "format": "html" if wish.html else "text",
            "glossary": dict(wish.glossary),
        },
    )
    if wish.alternatives <= 0:
        return wanted
    choose = partial(served.translation.choose, wanted)
    loaded = await chosen(served.live, choose, served.settings.deadline_seconds)
    assert isinstance(loaded.predictor, Translator)
    most = loaded.predictor.config.max_beam - 1
    return wanted.model_copy(update={"alternatives": min(wish.alternatives, most)})


def _sources(texts: Sequence[str], languages: LanguagePairs, target: str) -> list[Found]:
    """The language of each text.

    Raises:
        Problem: 400 a text is surely in a language that no model translates so; 404 there is no model to the target.
    """
    sources = [source for source, other in languages.pairs.values() if other.lower() == target.lower()]
    known = ", ".join(sorted({f"{source} to {other}" for source, other in languages.pairs.values()})) or "none"
    if not sources:
        raise Problem(404, "no-such-pair", f"no model translates to {target!r}; pairs that there are: {known}")
    named = {primary(source): source for source in sorted(sources, reverse=True)}
    found: list[Found] = []
    for place, text in enumerate(texts):
        sure = identify(text)
        if sure is None:
            found.append(_guess(text, named))
        elif sure.language in named or sure.language == primary(target):
            found.append(Found(named.get(sure.language, sure.language), sure.probability))
        else:
            detail = f"item {place}: the text looks like {sure.language} ({sure.probability:.2f}), which no model"
            raise Problem(400, "bad-item", f"{detail} translates to {target}; pairs that there are: {known}")
    return found


def _guess(text: str, named: Mapping[str, str]) -> Found:
    """The likeliest of the languages that models translate, of a text that is too short to be sure."""
    for candidate in candidates(text, _GUESSES):
        if candidate.language in named:
            return Found(named[candidate.language], candidate.probability)
    return Found(min(named.values()), 0.0)
