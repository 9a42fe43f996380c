"""English texts without tags, from which the network's first word vectors are learned.

References:
    Demszky et al., GoEmotions: A Dataset of Fine-Grained Emotions, ACL 2020. https://tatoeba.org (sentences)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from training.core.download import Member, PublicFile
from training.tag.names.lists import Names

_COMMENTS = "https://raw.githubusercontent.com/google-research/google-research/2adf640a14f11025ae5a9d0ec493b78530d276d3/goemotions/data"
_GOEMOTIONS = [
    PublicFile(f"sentiment/goemotions/{part}.tsv", f"{_COMMENTS}/{part}.tsv", sha256, hint="GoEmotions")
    for part, sha256 in (
        ("train", "1c254a142be5c00e80d819b9ae1bbd36d94b2eeb8f4b1271846508d57e57d9c5"),
        ("dev", "575489c079c9de1097062a01738f998590d6b7ead66dd1c9fd1d2ba01fd8bc62"),
    )
]
_TATOEBA = Member(
    PublicFile(
        "translation/tatoeba/fra-eng.zip",
        "https://d2l-data.s3-accelerate.amazonaws.com/fra-eng.zip",
        sha1="94646ad1522d915e7b0f9296181140edcf86a4f5",
        hint="sentences of Tatoeba, English and French, of manythings.org/anki",
    ),
    "fra.txt",
    "translation/tatoeba/fra.txt",
)
ATTRIBUTION = "word vectors from GoEmotions (CC BY 4.0, Google Research) and sentences of Tatoeba (CC BY 2.0 FR)"
_NAME = re.compile(r"\[NAME\]")
_RELIGION = re.compile(r"\[RELIGION\]")


def texts(names: Names, seed: int) -> Iterator[str]:
    """Comments and sentences; names that were taken out of the comments are filled in again at random.

    Raises:
        DataError: they cannot be had.
    """
    random = np.random.default_rng(seed)
    for part in _GOEMOTIONS:
        for line in part.read().decode().splitlines():
            text = _RELIGION.sub("religion", line.split("\t")[0])
            yield _NAME.sub(lambda _: names.draw(random, short=True), text)
    before = ""
    for line in _TATOEBA.read().decode().splitlines():
        text = line.split("\t")[0]
        if text != before:  # a sentence has several translations, one below the other
            yield text
        before = text
