"""Texts whose language is not said: which they are in, and which of the models' languages that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from seqserve.core import text_checks
from seqserve.errors import InputError
from seqserve.language.identification import identify
from seqserve.translation.shaped_query import primary
from service.http.json_items import Unparsed
from service.inference import text_items
from service.translation.language_pairs import LanguagePairs

AUTO = "auto"


@dataclass
class Sources:
    """The languages of the items of a request.

    Attributes:
        places: language, as a model names it if one has it, to the places of its texts.
        detected: place to what the answer says of the text's language.
        errors: place to why the language is not known.
    """

    places: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    detected: dict[int, dict[str, object]] = field(default_factory=dict)
    errors: dict[int, InputError] = field(default_factory=dict)


def identified_sources(items: Sequence[Any], languages: LanguagePairs, max_characters: int) -> Sources:
    """The language of each item, found on its own."""
    pairs = sorted(set(languages.pairs.values()))
    known = ", ".join(f"{source} to {target}" for source, target in pairs) or "none"
    named = {primary(source): source for source, _ in reversed(pairs)}
    sources = Sources()
    for place, item in enumerate(items):
        try:
            text = text_items.text(item.parse() if type(item) is Unparsed else item)
            text_checks.check(text, max_characters)
        except InputError as error:
            sources.errors[place] = error.kept()
            continue
        found = identify(text)
        if found is None:
            message = f"the language of the text is not clear; say which in source; pairs that there are: {known}"
            sources.errors[place] = InputError("unknown_language", message, "source")
        else:
            sources.places[named.get(found.language, found.language)].append(place)
            sources.detected[place] = {"language": found.language, "score": found.probability}
    return sources
