"""Everyday sentences in other languages with the labels of their English translations, which people wrote.

A linear model that was fitted on labelled English labels the English side. Only labels of which it is sure, and that
the lexicons of opinion words do not deny, are given to the other side.

Reference:
    Mihalcea et al., Learning Multilingual Subjective Language via Cross-Lingual Projections, ACL 2007. Sentences of
    Tatoeba: see `training.translation.data.datasets.tatoeba`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np

from seqserve.registry.artifact import Source
from training.core import download
from training.sentiment.corpora import goemotions, opinion_words, product_reviews, written
from training.sentiment.corpora.labelled import NEGATIVE, NEUTRAL, POSITIVE, Labelled, deduplicated, source
from training.sentiment.corpora.languages import translated
from training.translation.data import datasets as pairs

LANGUAGES = {
    "de": ("de", ()),
    "es": ("es", ()),
    "fr": ("fr", ()),
    "pt": ("es", ("apertium es-pt",)),
    "it": ("es", ("apertium spa-ita",)),
}
"""The language of Tatoeba whose sentences are taken, and how they become those of another."""
_MOST = 8_000
"""Sentences of each label, at most; drawn at random."""
_SURE, _SURER = 0.8, 0.95
"""Probabilities from which on a label is taken: with a lexicon that says the same, and without."""
_CLASSES = [NEGATIVE, NEUTRAL, POSITIVE]
_NEGATION = frozenset(
    ("not", "no", "never", "nobody", "nothing", "none", "neither", "nor", "without", "hardly", "n't", "cannot", "cant")
)
_REACH = 3
"""Words after a negation whose opinion it turns round."""


def projected(language: str) -> tuple[Labelled, Source]:
    """Sentences in a language, each with its English translation as its `origin`.

    Raises:
        DataError: Tatoeba or a translator cannot be had.
    """
    read, commands = LANGUAGES[language]
    found, where = pairs.tatoeba("en", read)
    known = _labels()
    rows = sorted(
        {(known[text], other, text) for text, other in zip(found.sources, found.targets, strict=True) if known[text]}
    )
    chosen = np.random.default_rng(0).permutation(len(rows))
    counts = dict.fromkeys(_CLASSES, 0)
    kept = []
    for row in chosen.tolist():
        counts[rows[row][0]] += 1
        if counts[rows[row][0]] <= _MOST:
            kept.append(rows[row])
    texts = [other for _, other, _ in kept]
    for command in commands:
        texts = translated.through(command, texts, download.cache() / "translated")
    their = [(text, label, origin) for text, (label, _, origin) in zip(texts, kept, strict=True) if text]
    others, kinds, origins = map(list, zip(*their, strict=True))
    labelled = deduplicated(Labelled(others, kinds, origins=origins))
    name = f"Tatoeba, {', then '.join((read, *commands))}, labelled by a linear model of the English side"
    return labelled, source(labelled, name, where.url, where.licence)


@cache
def _labels() -> dict[str, str]:
    """The label of every English sentence of Tatoeba's pairs, empty where it is not sure."""
    sentences = sorted({text for language in ("de", "es", "fr") for text in pairs.tatoeba("en", language)[0].sources})
    return dict(zip(sentences, labels(sentences), strict=True))


def labels(sentences: Sequence[str]) -> list[str]:
    """What English sentences are, as far as that is sure; empty where it is not."""
    known = [
        load()[0]
        for load in (goemotions.goemotions, product_reviews.sentences, product_reviews.pros_cons, written.written)
    ]
    words, _ = opinion_words.opinion_words()
    texts = [text for each in [*known, words] for text in each.texts]
    classes = np.array([_CLASSES.index(label) for each in [*known, words] for label in each.labels], dtype=np.int32)
    from training.sentiment import baselines  # which loads scikit-learn

    probabilities = baselines.bag_of_bigrams(texts, classes, list(sentences))
    signs = {text: _CLASSES.index(label) - 1 for text, label in zip(words.texts, words.labels, strict=True)}
    found = []
    for sentence, row in zip(sentences, probabilities, strict=True):
        best, sign = int(row.argmax()), _sign(sentence, signs)
        agrees = sign == best - 1
        denied = sign * (best - 1) < 0 or (best == 1 and sign != 0)
        sure = row[best] >= (_SURE if agrees else _SURER) and not denied
        found.append(_CLASSES[best] if sure else "")
    return found


def _sign(sentence: str, signs: dict[str, int]) -> int:
    """Whether the opinion words of a sentence are positive or negative, after all; 0 if it has none."""
    words = re.findall(r"n't|[a-z]+(?=n't)|[a-z]+", sentence.lower())
    total = 0
    for place, word in enumerate(words):
        turned = not _NEGATION.isdisjoint(words[max(0, place - _REACH) : place])
        total += -signs.get(word, 0) if turned else signs.get(word, 0)
    return (total > 0) - (total < 0)
