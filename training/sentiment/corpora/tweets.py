"""Tweets: some that were labelled for this project, and the others without a label, for a teacher.

Reference:
    Derczynski et al., Broad Twitter Corpus: A Diverse Named Entity Recognition Resource, COLING 2016.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from seqserve.language import identification
from seqserve.registry.artifact import Source
from training.core import public_files
from training.sentiment.corpora.labelled import SIGNS, Labelled, deduplicated, source, text_key

_SECTIONS = [file for section, file in public_files.BROAD_TWITTER.items() if section != "f"]
_SPLIT_SIGN = re.compile(r"(?<!\S)([@#]) (?=\w)")
LABELS = Path(__file__).parent / "labels"
_LICENCE = "CC BY 4.0; attribute to Derczynski et al. 2016"
_FEWEST = 3
"""Words; a shorter tweet is a mention or a link."""


def tweets() -> tuple[Labelled, Source]:
    """The English tweets of five of the six sections, put together from their tokens.

    840 of them have a label, which one reader gave them: a third was drawn at random, the others from those in which an
    earlier model saw an opinion. News without an opinion are neutral, but those of deaths and the like negative.
    """
    kept, measured = _signs("tweets"), _signs("measured")
    texts = [text for text in _english() if digest(text) not in measured]
    labels = {text: SIGNS[kept[digest(text)]] for text in texts if digest(text) in kept}
    labelled = deduplicated(Labelled(list(labels), list(labels.values()), unlabelled=texts))
    return labelled, source(labelled, "Broad Twitter Corpus", public_files.BROAD_TWITTER_ADDRESS, _LICENCE)


def tweets_test() -> tuple[Labelled, Source]:
    """280 more, drawn at random and labelled in the same way, for measuring."""
    measured = _signs("measured")
    labels = {text: SIGNS[measured[digest(text)]] for text in _english() if digest(text) in measured}
    labelled = deduplicated(Labelled(list(labels), list(labels.values())))
    return labelled, source(
        labelled, "Broad Twitter Corpus, for measuring", public_files.BROAD_TWITTER_ADDRESS, _LICENCE
    )


def tweets_taught() -> tuple[Labelled, Source]:
    """Others, with the labels of a teacher: see `teach_tweets`."""
    taught = _signs("taught")
    labels = {text: SIGNS[taught[digest(text)]] for text in _english() if digest(text) in taught}
    labelled = deduplicated(Labelled(list(labels), list(labels.values())))
    return labelled, source(
        labelled, "Broad Twitter Corpus, labelled by a teacher", public_files.BROAD_TWITTER_ADDRESS, _LICENCE
    )


def _english() -> list[str]:
    found = [text for section in _SECTIONS for text in _texts(section.read().decode())]
    return [text for text in found if len(text.split()) >= _FEWEST and _is_english(text)]


def _signs(name: str) -> dict[str, str]:
    """The sign of the label of each text by its digest."""
    lines = (line for line in (LABELS / f"{name}.txt").read_text().splitlines() if not line.startswith("#"))
    return {word[:-1]: word[-1] for line in lines for word in line.split()}


def digest(text: str) -> str:
    """What stands for a text in a file of labels."""
    return hashlib.sha256(text_key(text).encode()).hexdigest()[:8]


def _texts(content: str) -> list[str]:
    """The texts of a CoNLL file: a token and its tag a line, a blank line behind each text."""
    texts = ("\n".join(line.split("\t")[0] for line in text.splitlines()) for text in re.split(r"\n\s*\n", content))
    return [_SPLIT_SIGN.sub(r"\1", " ".join(text.split())) for text in texts if text.strip()]


def _is_english(text: str) -> bool:
    """Whether nothing speaks for another language."""
    found = identification.identify(text)
    return found is None or found.language == "en"
