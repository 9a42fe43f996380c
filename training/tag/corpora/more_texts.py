"""English texts without tags, from which the network's first word vectors are learned.

References:
    Demszky et al., GoEmotions: A Dataset of Fine-Grained Emotions, ACL 2020. https://tatoeba.org (sentences)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from training.core.public_files import GOEMOTIONS, TATOEBA_FRENCH
from training.tag.names.lists import Names

ATTRIBUTION = "word vectors from GoEmotions (CC BY 4.0, Google Research) and sentences of Tatoeba (CC BY 2.0 FR)"
_NAME = re.compile(r"\[NAME\]")
_RELIGION = re.compile(r"\[RELIGION\]")


def texts(names: Names, seed: int) -> Iterator[str]:
    """Comments and sentences; names that were taken out of the comments are filled in again at random.

    Raises:
        DataError: they cannot be had.
    """
    random = np.random.default_rng(seed)
    for part in ("train", "dev"):
        for line in GOEMOTIONS[part].read().decode().splitlines():
            text = _RELIGION.sub("religion", line.split("\t")[0])
            yield _NAME.sub(lambda _: names.draw(random, short=True), text)
    before = ""
    for line in TATOEBA_FRENCH.read().decode().splitlines():
        text = line.split("\t")[0]
        if text != before:  # a sentence has several translations, one below the other
            yield text
        before = text
