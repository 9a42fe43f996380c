"""GoEmotions: comments on Reddit with the emotions that three to five people saw in them.

Reference:
    Demszky et al., GoEmotions: A Dataset of Fine-Grained Emotions, ACL 2020.
"""

from __future__ import annotations

import csv
import io
import re
import zlib
from functools import partial

from seqserve.registry.artifact import Source
from training.core.download import DataError
from training.core.public_files import GOEMOTIONS, GOEMOTIONS_ADDRESS
from training.sentiment.corpora import people
from training.sentiment.corpora.labelled import NEGATIVE, NEUTRAL, POSITIVE, Labelled, deduplicated, source

_LICENCE = "CC BY 4.0; attribute to Google Research"
# Emotions by their numbers, in the grouping of the paper, but that curiosity and realization, which it calls ambiguous,
# are neutral here.
_GROUPS = {
    POSITIVE: (0, 1, 4, 5, 8, 13, 15, 17, 18, 20, 21, 23),
    NEGATIVE: (2, 3, 9, 10, 11, 12, 14, 16, 19, 24, 25),
    NEUTRAL: (7, 22, 27),
}
_NONE = "27"
_CLASS = {number: label for label, numbers in _GROUPS.items() for number in numbers}
_PLACEHOLDER = re.compile(r"\[(NAME|RELIGION)\]")


def goemotions() -> tuple[Labelled, Source]:
    """The comments of the training and the dev part; those of several classes, or surprised, are without a label.

    The names and religions that were taken out of the comments are filled in again at random, so that a model meets
    names of many origins under every label.
    """
    return _parts("train", "dev")


def goemotions_test() -> tuple[Labelled, Source]:
    """The test part, for measuring."""
    return _parts("test")


def by_emotion() -> list[tuple[str, str]]:
    """Comments of the training part with a single emotion, and its number; those without any are left out."""
    rows = csv.reader(
        io.StringIO(GOEMOTIONS["train"].read().decode(), newline=""), delimiter="\t", quoting=csv.QUOTE_NONE
    )
    return [(text, numbers) for text, numbers, _ in rows if "," not in numbers and numbers != _NONE]


def comments() -> list[tuple[str, list[str]]]:
    """Every comment of the training and the dev part as it stands, and the numbers of its emotions."""
    content = "\n".join(GOEMOTIONS[name].read().decode() for name in ("train", "dev"))
    rows = csv.reader(io.StringIO(content, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [(row[0], row[1].split(",")) for row in rows if row]


def _parts(*names: str) -> tuple[Labelled, Source]:
    texts: list[str] = []
    labels: list[str] = []
    unlabelled: list[str] = []
    for name in names:
        file = GOEMOTIONS[name]
        for row in csv.reader(io.StringIO(file.read().decode(), newline=""), delimiter="\t", quoting=csv.QUOTE_NONE):
            if len(row) != 3:
                raise DataError(f"{file.path} has a row of {len(row)} cells; it should have text, emotions and id")
            text = _PLACEHOLDER.sub(partial(_person, key=row[2]), row[0])
            kinds = {_CLASS.get(int(number)) for number in row[1].split(",")}
            (kind,) = kinds if len(kinds) == 1 else (None,)
            if kind is None:
                unlabelled.append(text)
            else:
                texts.append(text)
                labels.append(kind)
    labelled = deduplicated(Labelled(texts, labels, unlabelled=unlabelled))
    return labelled, source(labelled, f"GoEmotions, {' and '.join(names)}", GOEMOTIONS_ADDRESS, _LICENCE)


def _person(found: re.Match[str], key: str) -> str:
    """A name or a religion for a placeholder, always the same at one place of a comment."""
    choices = people.NAMES if found[1] == "NAME" else people.RELIGIONS
    return choices[zlib.crc32(f"{key} {found.start()}".encode()) % len(choices)]
