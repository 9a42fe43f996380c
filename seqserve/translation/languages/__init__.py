"""Rules of single languages: a new language is a module here and a line in the list."""

from __future__ import annotations

from typing import Literal

from seqserve.translation.languages.de import GERMAN
from seqserve.translation.languages.en import ENGLISH
from seqserve.translation.languages.es import SPANISH
from seqserve.translation.languages.fr import FRENCH
from seqserve.translation.languages.language import Language
from seqserve.translation.languages.lb import LUXEMBOURGISH
from seqserve.translation.languages.pt import PORTUGUESE

LANGUAGES = {language.code: language for language in (GERMAN, ENGLISH, SPANISH, FRENCH, LUXEMBOURGISH, PORTUGUESE)}

Words = Literal["capitalized", "given_names", "verbs", "conjunctions", "titles", "abbreviations", "unended", "ordinals"]


def of(code: str) -> Language:
    """The rules of a language; those of an unknown one are the defaults."""
    return LANGUAGES.get(code) or Language(code)


def every(words: Words) -> frozenset[str]:
    """The words of all languages, for a rule that holds in a text of any: texts quote and mix languages."""
    return frozenset().union(*(getattr(language, words) for language in LANGUAGES.values()))


def alternatives(words: Words) -> str:
    """The same as a regular expression, the longest first."""
    return "|".join(sorted(every(words), key=lambda word: (-len(word), word)))
