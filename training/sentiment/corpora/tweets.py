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
from training.core.download import PublicFile
from training.sentiment.corpora.labelled import SIGNS, Labelled, deduplicated, source, text_key

_ADDRESS = "https://raw.githubusercontent.com/GateNLP/broad_twitter_corpus/0c45ef7b1924a6b8115bceab388781590b1b553a"
_SECTIONS = [
    PublicFile(f"tag/btc/{section}.conll", f"{_ADDRESS}/{section}.conll", sha256, hint="GateNLP/broad_twitter_corpus")
    for section, sha256 in (
        ("a", "ac824cc13c88283fe3cca05343e46c79ec4cd5b174429f27bf8fe0ebdc1bbf33"),
        ("b", "504a094a0398e03fd7b394510e313b8fc844407102252182d90aea23f53cc322"),
        ("e", "77aca745cdc28ae0fafbcf36a93ccfd15357a8db97c21d91083592dd85e348c5"),
        ("g", "d53a27645cabc4e63313d573498b48b0cc5ed780d280edfbdc4fedefe23479da"),
        ("h", "7f31215a79f3131526236203907c8d003b8e0f8ee6eef2a216ebb685340ebe39"),
    )
]
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
    return labelled, source(labelled, "Broad Twitter Corpus", _ADDRESS, _LICENCE)


def tweets_test() -> tuple[Labelled, Source]:
    """280 more, drawn at random and labelled in the same way, for measuring."""
    measured = _signs("measured")
    labels = {text: SIGNS[measured[digest(text)]] for text in _english() if digest(text) in measured}
    labelled = deduplicated(Labelled(list(labels), list(labels.values())))
    return labelled, source(labelled, "Broad Twitter Corpus, for measuring", _ADDRESS, _LICENCE)


def tweets_taught() -> tuple[Labelled, Source]:
    """Others, with the labels of a teacher: see `teach_tweets`."""
    taught = _signs("taught")
    labels = {text: SIGNS[taught[digest(text)]] for text in _english() if digest(text) in taught}
    labelled = deduplicated(Labelled(list(labels), list(labels.values())))
    return labelled, source(labelled, "Broad Twitter Corpus, labelled by a teacher", _ADDRESS, _LICENCE)


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
