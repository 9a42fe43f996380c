"""Words that carry an opinion by themselves, from two lexicons, and words that carry none.

Reference:
    Hu and Liu, Mining and Summarizing Customer Reviews, KDD 2004; Hutto and Gilbert, VADER: A Parsimonious Rule-based
    Model for Sentiment Analysis of Social Media Text, ICWSM 2014.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter

from seqserve.registry.artifact import Source
from training.core.download import DataError, PublicFile
from training.sentiment.corpora import goemotions
from training.sentiment.corpora.labelled import NEGATIVE, NEUTRAL, POSITIVE, Labelled, deduplicated, source

_LIU = PublicFile(
    "sentiment/product-reviews/opinion_lexicon.zip",
    "https://raw.githubusercontent.com/nltk/nltk_data/a35beafa6aaa94b6e93895a86d54ed3827286ac4/packages/corpora/"
    "opinion_lexicon.zip",
    "7a5da68d53016c5d1fca38f7dd81844cff73466371f90968d1ef15c85b873193",
    hint="opinion_lexicon of nltk_data",
)
_VADER = PublicFile(
    "sentiment/lexicons/vader_lexicon.txt",
    "https://raw.githubusercontent.com/cjhutto/vaderSentiment/44fc044cd877310ee8278a0eadf34bcd50d41d06/"
    "vaderSentiment/vader_lexicon.txt",
    "ec636f884f36b5de6a4d681b2f61c08c2ec90eeb440472033f3307d0d6fa8bc9",
    hint="cjhutto/vaderSentiment",
)
_LICENCE = "CC BY 4.0; attribute to Bing Liu, www.cs.uic.edu/~liub; MIT (vaderSentiment)"
_CLEAR = 1.0
"""Of valences from -4 to 4; people disagree on the sign of weaker ones."""


_OFTEN = 5
"""Comments that a word must be in, to be known well enough to be neutral."""


def opinion_words() -> tuple[Labelled, Source]:
    """Each word as a text; words on which the lexicons disagree are left out.

    Frequent words of GoEmotions' comments that neither lexicon has are neutral. Without them a single word, even an
    unknown one, would always be an opinion.
    """
    pairs = [*_liu(), *_vader()]
    parts = {part for word, _ in pairs for part in word.lower().split()}
    comments, _ = goemotions.goemotions()
    seen = Counter(word for text in comments.texts for word in set(re.findall(r"[a-z]+", text.lower())))
    pairs += [(word, NEUTRAL) for word, count in sorted(seen.items()) if count >= _OFTEN and word not in parts]
    texts, labels = map(list, zip(*pairs, strict=True))
    labelled = deduplicated(Labelled(texts, labels))
    name = "Opinion Lexicon, VADER's lexicon, and words of GoEmotions that neither has"
    return labelled, source(labelled, name, _LIU.url, _LICENCE)


def _liu() -> list[tuple[str, str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(_LIU.read())) as packed:
            return [
                (line.strip(), label)
                for part, label in (("positive", POSITIVE), ("negative", NEGATIVE))
                for line in packed.read(f"opinion_lexicon/{part}-words.txt").decode().splitlines()
                if line.strip() and not line.startswith(";")
            ]
    except (KeyError, zipfile.BadZipFile):
        raise DataError(f"{_LIU.path} is no archive of two word lists; {_LIU.advice()}") from None


def _vader() -> list[tuple[str, str]]:
    """Words and phrases of letters; emoticons and abbreviations of signs are among the texts written here."""
    rows = (line.split("\t") for line in _VADER.read().decode().splitlines() if line.strip())
    return [
        (word, POSITIVE if float(valence) > 0 else NEGATIVE)
        for word, valence, *_ in rows
        if abs(float(valence)) >= _CLEAR and word.replace(" ", "").replace("'", "").replace("-", "").isalpha()
    ]
