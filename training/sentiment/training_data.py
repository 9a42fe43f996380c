"""The texts of a classification job: loaded, split before anything is fitted, and put together to learn from."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import train_test_split

from seqserve.registry.artifact import Source
from training.core.download import DataError
from training.sentiment import datasets
from training.sentiment.config import DataSection, SentimentJob
from training.sentiment.datasets import Labelled
from training.sentiment.metrics import Classes, Rows
from training.sentiment.pretrained import minilm

Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Part:
    """The texts of one part and what they are: probabilities (N, C), of which one is 1 where a person said so."""

    texts: list[str]
    targets: Rows

    @property
    def classes(self) -> Classes:
        """The number of the likeliest class of each text, (N,)."""
        return self.targets.argmax(axis=1).astype(np.int32)


@dataclass(frozen=True)
class Data:
    """What a job learns from and is measured on.

    Args:
        source: of all of it.
        also: what is only learned from.
        described: the parts in words.
    """

    labelled: Labelled
    source: Source
    labels: list[str]
    train: Part
    validation: Part
    test: Part
    also: Part
    described: str


def parts(job: SentimentJob) -> Data:
    """The data of a job, loaded and split.

    Raises:
        DataError, ValueError: see `load`, `split` and `also`.
    """
    labelled, source = load(job.data)
    if (job.data.unlabelled or job.teacher.teacher_epochs) and not labelled.unlabelled:
        raise DataError("there are no texts without a label; leave out --unlabelled and --teacher-epochs")
    labels = sorted(set(labelled.labels))
    train, validation, test = split(labelled, labels, job.data, job.fit.seed)
    held_out = {datasets.text_key(text) for text in validation.texts + test.texts}
    more, sources = also(job.data, labels, held_out)
    described = f"Split at random by class: training {len(train.texts)}, validation {len(validation.texts)}, "
    described += f"test {len(test.texts)} texts."
    others = list(job.data.also)
    if labelled.unlabelled and job.learns_from_unlabelled:
        others.append(f"{len(labelled.unlabelled)} texts without a label")
        if job.teacher.teacher_epochs:
            others[-1] += f" ({minilm.NAME}, {minilm.LICENCE}, fitted on the labelled ones, labelled them)"
    described += f" Also learned from: {', '.join(others)}." if others else ""
    return Data(labelled, _together([source, *sources]), labels, train, validation, test, more, described)


def load(data: DataSection) -> tuple[Labelled, Source]:
    """The one source that is named.

    Raises:
        DataError: none or both are named, or it cannot be had.
    """
    if (data.dataset is None) == (data.csv is None):
        raise DataError("name one source of data: --dataset or --csv")
    if data.dataset is not None:
        return datasets.named(data.dataset)
    assert data.csv is not None
    return datasets.own(data.csv, data.text, data.label)


def split(labelled: Labelled, labels: list[str], data: DataSection, seed: int) -> tuple[Part, Part, Part]:
    """Training, validation and test part, each with the same shares of the classes.

    Raises:
        ValueError: a class has too few texts to be in each part.
    """
    classes = np.array([labels.index(label) for label in labelled.labels], dtype=np.int32)
    counts = np.bincount(classes)
    if counts.min() < 3:
        few = labels[int(counts.argmin())]
        raise ValueError(f"label {few!r} has {counts.min()} texts; each label needs one a part, so three at least")
    rest, test = _separated(np.arange(len(classes)), classes, data.test, seed, left=2)
    train, validation = _separated(rest, classes, data.validation / (1 - data.test), seed, left=1)
    train, validation, test = (
        Part([labelled.texts[index] for index in part], np.eye(len(labels))[classes[part]])
        for part in (train, validation, test)
    )
    return train, validation, test


def _separated(rows: Indices, classes: Classes, share: float, seed: int, left: int) -> tuple[Indices, Indices]:
    """Rows without and with a share of each class, which has one on either side.

    Args:
        left: rows of each class that the first part must have.
    """
    counts = np.bincount(classes[rows])
    if share * counts.min() >= 1 and (1 - share) * counts.min() >= left:
        first, second = train_test_split(rows, test_size=share, stratify=classes[rows], random_state=seed)
        return first, second
    random = np.random.default_rng(seed)
    parts = []
    for number, count in enumerate(counts):
        size = min(max(1, round(share * count)), count - left)
        parts.append(np.split(random.permutation(rows[classes[rows] == number]), [size]))
    second, first = (random.permutation(np.concatenate(part)) for part in zip(*parts, strict=True))
    return first, second


def also(data: DataSection, labels: list[str], held_out: Container[str]) -> tuple[Part, list[Source]]:
    """The texts of the data sets that are only learned from, and where they are from.

    Args:
        held_out: `datasets.text_key` of the texts that nothing may be learned from.

    Raises:
        ValueError: one of them has other labels.
    """
    texts: list[str] = []
    classes: list[int] = []
    sources = []
    for name in data.also:
        more, source = datasets.named(name)
        if not set(more.labels) <= set(labels):
            raise ValueError(f"{name} has the labels {', '.join(sorted(set(more.labels)))}, not {', '.join(labels)}")
        for text, label in zip(more.texts, more.labels, strict=True):
            if datasets.text_key(text) not in held_out:
                texts.append(text)
                classes.append(labels.index(label))
        sources.append(source)
    return Part(texts, np.eye(len(labels))[classes]), sources


def joined(*parts: Part) -> Part:
    """Parts one behind the other."""
    return Part([text for part in parts for text in part.texts], np.concatenate([part.targets for part in parts]))


def _together(sources: Sequence[Source]) -> Source:
    """Several sources as one, known by the fingerprint of the first."""
    first, *others = sources
    names = [first.name, *(f"{other.name}, {other.url}" if other.url else other.name for other in others)]
    licences = "; ".join(dict.fromkeys(source.licence for source in sources))
    return first.model_copy(update={"name": "; also learned from: ".join(names), "licence": licences})
