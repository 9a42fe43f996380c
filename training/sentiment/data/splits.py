"""Parts of texts: split before anything is fitted, put together, and drawn from."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import train_test_split

from training.sentiment.config import DataSection
from training.sentiment.corpora import own
from training.sentiment.corpora.labelled import LEARNED, Labelled, text_key
from training.sentiment.metrics import Classes, Rows

Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Part:
    """The texts of one part and what they are: probabilities (N, C), of which one is 1 where a person said so."""

    texts: list[str]
    targets: Rows

    @property
    def classes(self) -> Classes:
        """The number of the likeliest class of each text, (N,)."""
        classes: Classes = self.targets.argmax(axis=1).astype(np.int32)
        return classes


def split(labelled: Labelled, labels: list[str], data: DataSection, seed: int) -> tuple[Part, Part, Part]:
    """Training, validation and test part, each with the same shares of the classes.

    Raises:
        ValueError: all but one class have too few texts to be in each part; those that do are in the training part.
    """
    classes = np.array([labels.index(label) for label in labelled.labels], dtype=np.int32)
    if labelled.groups:
        return _split_groups(labelled, classes, len(labels), data, seed)
    enough = np.bincount(classes)[classes] >= own.FEWEST
    if len(np.unique(classes[enough])) < 2:
        raise ValueError(f"two labels at least need {own.FEWEST} texts, to be in each part; give more texts")
    rest, test = _separated(np.flatnonzero(enough), classes, data.test, seed, left=2)
    train, validation = _separated(rest, classes, data.validation / (1 - data.test), seed, left=1)
    train = np.concatenate([train, np.flatnonzero(~enough)])
    train_part, validation_part, test_part = (
        _part(labelled, classes, len(labels), rows) for rows in (train, validation, test)
    )
    return train_part, validation_part, test_part


def split_by_origin(
    labelled: Labelled, labels: list[str], data: DataSection, known: Mapping[str, int]
) -> tuple[Part, Part, Part]:
    """The parts of translations: each is in that of its origin, and without it in the same part in all languages.

    Args:
        known: the number of the part of texts in other data sets, by their `text_key`.
    """
    classes = np.array([labels.index(label) for label in labelled.labels], dtype=np.int32)
    numbers = np.array([_part_of(text_key(origin), data, known) for origin in labelled.origins])
    train, validation, test = (
        _part(labelled, classes, len(labels), np.flatnonzero(numbers == number)) for number in range(3)
    )
    return train, validation, test


def _part_of(origin: str, data: DataSection, known: Mapping[str, int]) -> int:
    chance = zlib.crc32(origin.encode()) / 2**32
    return known.get(origin, 1 if chance < data.validation else 2 if chance < data.validation + data.test else 0)


def _part(labelled: Labelled, classes: Classes, count: int, rows: Indices) -> Part:
    return Part([labelled.texts[row] for row in rows], np.eye(count)[classes[rows]])


def _split_groups(
    labelled: Labelled, classes: Classes, count: int, data: DataSection, seed: int
) -> tuple[Part, Part, Part]:
    """The parts of texts in groups, each of them in one part; each part has the same share of the groups of a class."""
    groups, random = np.array(labelled.groups), np.random.default_rng(seed)
    validation, test = [], []
    for number in range(count):
        mine = random.permutation(np.unique(groups[(classes == number) & (groups != LEARNED)]))
        first, second = round(len(mine) * data.validation), round(len(mine) * data.test)
        validation += mine[:first].tolist()
        test += mine[first : first + second].tolist()
    validated, tested = np.isin(groups, validation), np.isin(groups, test)
    train, validation_part, test_part = (
        _part(labelled, classes, count, np.flatnonzero(chosen)) for chosen in (~(validated | tested), validated, tested)
    )
    return train, validation_part, test_part


def _separated(rows: Indices, classes: Classes, share: float, seed: int, left: int) -> tuple[Indices, Indices]:
    """Rows without and with a share of each class, which has one on either side.

    Args:
        left: rows of each class that the first part must have.
    """
    present, counts = np.unique(classes[rows], return_counts=True)
    if share * counts.min() >= 1 and (1 - share) * counts.min() >= left:
        first, second = train_test_split(rows, test_size=share, stratify=classes[rows], random_state=seed)
        return first, second
    random = np.random.default_rng(seed)
    parts = []
    for number, count in zip(present, counts, strict=True):
        size = min(max(1, round(share * count)), count - left)
        parts.append(np.split(random.permutation(rows[classes[rows] == number]), [size]))
    second, first = (random.permutation(np.concatenate(part)) for part in zip(*parts, strict=True))
    return first, second


def rows_of(part: Part, chosen: npt.NDArray[np.bool_]) -> Part:
    """Those texts of a part that are chosen (N,)."""
    return Part([part.texts[row] for row in np.flatnonzero(chosen)], part.targets[chosen])


def joined(*parts: Part) -> Part:
    """Parts one behind the other."""
    return Part([text for part in parts for text in part.texts], np.concatenate([part.targets for part in parts]))


def bounded(part: Part, most: int | None, seed: int) -> Part:
    """At most so many texts of a part, drawn at random."""
    if most is None:
        return part
    rows = _rows(len(part.texts), most, seed)
    return Part([part.texts[row] for row in rows], part.targets[rows])


def some_of_each(lesson: Part, sets: npt.NDArray[np.int64], most: int | None, seed: int) -> Part:
    """At most so many texts of each data set, drawn at random.

    Args:
        sets: which data set each text is of, (N,).
    """
    if most is None:
        return lesson
    random = np.random.default_rng(seed)
    rows = np.sort(np.concatenate([random.permutation(np.flatnonzero(sets == one))[:most] for one in np.unique(sets)]))
    return Part([lesson.texts[row] for row in rows], lesson.targets[rows])


def drawn(texts: list[str], most: int | None, seed: int) -> list[str]:
    """So many texts at most, drawn at random, in their order; none means all."""
    return texts if most is None else [texts[row] for row in _rows(len(texts), most, seed)]


def _rows(count: int, most: int, seed: int) -> Indices:
    """Of `count` rows so many at most, drawn at random, in their order."""
    return np.sort(np.random.default_rng(seed).permutation(count)[:most])
