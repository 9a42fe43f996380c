"""Which language a text is in: fastText's compressed model of 176 languages, which comes with this package.

It says nothing where it would often be wrong: few single words belong to one language, most sentences do.
docs/language.md has the figures, and README.md beside this file the licence of the model.

References:
    Joulin et al. 2016, Bag of Tricks for Efficient Text Classification; FastText.zip: Compressing text classification
    models. https://fasttext.cc/docs/en/language-identification.html
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from operator import attrgetter
from typing import Any, NamedTuple

_MODEL = "lid.176.ftz"
_LONGEST = 1_000
"""Characters that are looked at; a longer text is in the language that it begins in."""
_SURE = (0.95, 0.9, 0.8, 0.7, 0.7, 0.7, 0.7, 0.7)
"""The least probability to name the language of one word, two words, ...; measured, so that 1 in 100 is wrong."""
_SURE_OF_MORE = 0.5
# Tags, entities, addresses, names of templates and code: of no language, or of English in every language.
_NO_WORDS = re.compile(
    r"</?[A-Za-z][^<>]{0,500}>|&#?\w{2,31};|(?i:https?://|www\.)\S+|\S{1,64}@\S{1,255}\.\w{2,63}"
    r"|\]\([^()\s]{0,300}\)|[%$]?\{{1,2}[^{}]{0,100}\}{1,2}|%\(\w{1,60}\)[a-z]|%[\d$]{0,4}[a-z@]\b|`[^`]{0,500}`"
)
_HESITANT = re.compile(r"\.{2,}|\u2026|[!?]{2,}|\A\W*\w{1,2}\W*\Z")
_WORD = re.compile(r"[^\W\d_]+")


class Identified(NamedTuple):
    """A language, as its ISO 639 code (the one of two letters, where there is one), and how probable it is."""

    language: str
    probability: float


def identify(text: str) -> Identified | None:
    """The language of a text; none if it is too short or too mixed to say."""
    found = candidates(text, 1)
    line = _line(text)
    words = _WORD.findall(line)
    if found and len(words) <= len(_SURE) and _HESITANT.search(line):
        # Their marks mislead it about a few words: "Wait... what?" looks like French, "OK." like Polish.
        (plain,) = candidates(" ".join(words), 1)
        found = [min(*found, plain, key=attrgetter("probability"))] if plain.language == found[0].language else []
    return found[0] if found and found[0].probability >= _least(text) else None


def candidates(text: str, count: int) -> list[Identified]:
    """The likeliest languages, at most so many, sure or not; none at all of a text without words."""
    line = _line(text)
    if not _WORD.search(line):
        return []
    labels, probabilities = _model().predict(line.lower() if line.isupper() else line, k=count)
    return [
        Identified(label.removeprefix("__label__"), min(1.0, float(probability)))
        for label, probability in zip(labels, probabilities, strict=True)
    ]


def _least(text: str) -> float:
    words = len(_WORD.findall(_line(text)))
    return _SURE[words - 1] if words <= len(_SURE) else _SURE_OF_MORE


def _line(text: str) -> str:
    """The words at the begin of a text, in one line."""
    return " ".join(_NO_WORDS.sub(" ", text[:_LONGEST]).split())


@cache
def _model() -> Any:
    """The model, read once; it takes 2 MB."""
    import fasttext

    with resources.as_file(resources.files(__package__) / _MODEL) as path:
        return fasttext.load_model(str(path))
