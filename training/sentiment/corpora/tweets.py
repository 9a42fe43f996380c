"""Tweets without a sentiment label, for a teacher to label.

Reference:
    Derczynski et al., Broad Twitter Corpus: A Diverse Named Entity Recognition Resource, COLING 2016.
"""

from __future__ import annotations

import re

from seqserve.language import identification
from seqserve.registry.artifact import Source
from training.core.download import PublicFile
from training.sentiment.corpora.labelled import Labelled, deduplicated, source

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
_FEWEST = 3
"""Words; a shorter tweet is a mention or a link."""


def tweets() -> tuple[Labelled, Source]:
    """The English tweets of five of the six sections, put together from their tokens."""
    found = [text for section in _SECTIONS for text in _texts(section.read().decode())]
    english = [text for text in found if len(text.split()) >= _FEWEST and _is_english(text)]
    labelled = deduplicated(Labelled([], [], unlabelled=english))
    return labelled, source(
        labelled, "Broad Twitter Corpus", _ADDRESS, "CC BY 4.0; attribute to Derczynski et al. 2016"
    )


def _texts(content: str) -> list[str]:
    """The texts of a CoNLL file: a token and its tag a line, a blank line behind each text."""
    texts = ("\n".join(line.split("\t")[0] for line in text.splitlines()) for text in re.split(r"\n\s*\n", content))
    return [_SPLIT_SIGN.sub(r"\1", " ".join(text.split())) for text in texts if text.strip()]


def _is_english(text: str) -> bool:
    """Whether nothing speaks for another language."""
    found = identification.identify(text)
    return found is None or found.language == "en"
