"""The data sets of labelled texts by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from seqserve.registry.artifact import Source
from training.core.datasets import named as lookup
from training.core.download import DataError
from training.sentiment.corpora import film_reviews, goemotions, opinion_words, product_reviews, tweets, written
from training.sentiment.corpora.labelled import Labelled
from training.sentiment.corpora.languages import projected, translated

DATASETS: dict[str, Callable[[], tuple[Labelled, Source]]] = {
    "imdb": film_reviews.imdb,
    "snippets": film_reviews.snippets,
    "sst2": film_reviews.sst2,
    "sst2-clauses": film_reviews.sst2_clauses,
    "goemotions": goemotions.goemotions,
    "product-sentences": product_reviews.sentences,
    "pros-cons": product_reviews.pros_cons,
    "written": written.written,
    "opinion-words": opinion_words.opinion_words,
    "tweets": tweets.tweets,
    "tweets-taught": tweets.tweets_taught,
    **{f"written-{language}": partial(written.written_in, language) for language in written.LANGUAGES},
    **{f"translated-{language}": partial(translated.translated, language) for language in translated.LANGUAGES},
    **{f"tatoeba-{language}": partial(projected.projected, language) for language in projected.LANGUAGES},
}


def bounded(name: str) -> tuple[str, int | None]:
    """The name of a data set, and how many of its texts are learned from at most: `pros-cons:10000`.

    Raises:
        DataError: what follows the colon is no number above 0.
    """
    found, colon, most = name.partition(":")
    if colon and not (most.isdecimal() and int(most)):
        raise DataError(f"{name}: what follows the colon is how many texts are learned from, such as {found}:10000")
    return found, int(most) if colon else None


def named(name: str) -> tuple[Labelled, Source]:
    """A data set of `DATASETS`.

    Raises:
        DataError: there is none of this name, or it cannot be had.
    """
    return lookup(DATASETS, name)()
