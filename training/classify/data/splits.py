"""Splits sequences before anything is fitted: by label, in whole groups, or as published."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedGroupKFold, train_test_split

from seqserve.classify.sequences import TEST, Sequences
from training.classify.config import DataSection

Indices = npt.NDArray[np.intp]
FEWEST = 3
"""Groups that a label must be in, to be in each part."""


def split(found: Sequences, section: DataSection, seed: int) -> tuple[Indices, Indices, Indices, str]:
    """The rows of training, validation and test part, each with about the same shares of the labels; and how.

    Rows of one group stay in one part; so do equal sequences, which are one group.

    Raises:
        ValueError: a label is in too few groups to be in each part.
    """
    labels = np.array([main_label(each) for each in found.labels or ()])
    groups, how = _groups(found)
    rows = np.arange(len(labels))
    if found.parts is not None:
        tested = np.array([part == TEST for part in found.parts])
        rest, test = rows[~tested], rows[tested]
        how = "the test part is the published one"
        share = section.validation
        _check(labels[rest], groups[rest], 2)
    else:
        _check(labels, groups, FEWEST)
        rest, test = _separated(rows, labels, groups, section.test, seed)
        share = section.validation / (1 - section.test)
    train, validation = _separated(rest, labels, groups, share, seed)
    return train, validation, test, how


def main_label(labels: Sequence[str]) -> str:
    """The label of a sequence: that of most of its labelled steps."""
    counts = Counter(label for label in labels if label)
    return max(counts, key=lambda label: counts[label]) if counts else ""


def _groups(found: Sequences) -> tuple[npt.NDArray[np.int64], str]:
    """The number of the group of each sequence."""
    if found.groups is not None:
        names = found.groups
        how = f"{len(set(names))} groups, each in one part"
    else:
        names = [hashlib.sha256(np.ascontiguousarray(steps).tobytes()).hexdigest() for steps in found.values]
        again = len(names) - len(set(names))
        how = f"{again} sequences equal others and stay in their part" if again else "drawn at random by label"
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names]), how


def _check(labels: npt.NDArray[np.str_], groups: npt.NDArray[np.int64], fewest: int) -> None:
    few = {
        label: count
        for label in np.unique(labels).tolist()
        if (count := len(np.unique(groups[labels == label]))) < fewest
    }
    if few:
        named = ", ".join(f"{label!r} ({count})" for label, count in few.items())
        raise ValueError(
            f"labels of too few sequences, or groups of them, to be in each part ({fewest} are needed): {named}; "
            "give more, leave these labels out, or cut long sequences with --window"
        )
    if len(np.unique(labels)) < 2:
        raise ValueError("all sequences have one label; two at least are needed")


def _separated(
    rows: Indices, labels: npt.NDArray[np.str_], groups: npt.NDArray[np.int64], share: float, seed: int
) -> tuple[Indices, Indices]:
    """Rows without and with about a share of each label, whole groups; each label is on both sides."""
    classes = len(np.unique(labels[rows]))
    if len(np.unique(groups[rows])) == len(rows):
        size = min(max(round(share * len(rows)), classes), len(rows) - classes)
        first, second = train_test_split(rows, test_size=size, stratify=labels[rows], random_state=seed)
        return np.sort(first), np.sort(second)
    folds = max(2, round(1 / share))
    fewest = min(len(np.unique(groups[rows][labels[rows] == label])) for label in np.unique(labels[rows]))
    folder = StratifiedGroupKFold(min(folds, max(2, fewest)), shuffle=True, random_state=seed)
    best: tuple[Indices, Indices] | None = None
    for first, second in folder.split(rows, labels[rows], groups[rows]):
        sides = tuple(len(np.unique(labels[rows[side]])) for side in (first, second))
        if sides == (classes, classes):
            return rows[first], rows[second]
        if best is None and sides[0] == classes:
            best = rows[first], rows[second]
    if best is None:
        raise ValueError("the groups cannot be split so that each label is learned from; give more groups")
    return best
