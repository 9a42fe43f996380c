"""The texts of a classification job: loaded, split before anything is fitted, and put together to learn from."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seqserve.registry.artifact import Source
from training.core.download import DataError
from training.sentiment.config import DataSection, SentimentJob
from training.sentiment.corpora import logged, own
from training.sentiment.corpora.labelled import Labelled, text_key
from training.sentiment.data import datasets, splits
from training.sentiment.data.splits import Part
from training.sentiment.pretrained import minilm

_FEW = 500
"""Texts; so few are not split, for neither part could tell much."""


@dataclass(frozen=True)
class Data:
    """What a job learns from and is measured on.

    Args:
        source: of all of it.
        validation_weights: of its texts (N,), so that each data set counts the same; 1 on average.
        also: what is only learned from.
        sets: the number of the data set that each text of `train` and, behind them, of `also` is from.
        unlabelled: texts that nobody labelled.
        folded: whether nothing was split off: all three parts are the same texts, and scores are those of
            cross-validation.
        report: what was corrected.
        described: the parts in words.
    """

    source: Source
    labels: list[str]
    train: Part
    validation: Part
    validation_weights: npt.NDArray[np.float64]
    test: Part
    also: Part
    sets: npt.NDArray[np.int64]
    unlabelled: list[str]
    report: list[str]
    described: str
    folded: bool = False


def parts(job: SentimentJob) -> Data:
    """The data of a job, loaded and split.

    Raises:
        DataError, ValueError: see `load`, `split` and `also`.
    """
    mixed = [datasets.bounded(name) for name in job.data.mixed]
    found = [load(job.data), *(datasets.named(name) for name, _ in mixed)]
    if job.data.multi_label or (not job.asks_for_network and sum(len(each.texts) for each, _ in found) < _FEW):
        return _folded(job, found)
    labels = sorted({label for labelled, _ in found for label in labelled.labels})
    divided = divide([labelled for labelled, _ in found], labels, job.data, job.fit.seed)
    validation, test = (splits.joined(*(each[part] for each in divided)) for part in (1, 2))
    held_out = {text_key(text) for text in validation.texts + test.texts}
    trains = [each[0] for each in divided]
    if len(found) > 1:  # those of one data set are all different
        trains = [_without(train, held_out) for train in trains]
    trains = [
        splits.bounded(train, most, job.fit.seed) for train, (_, most) in zip(trains, [("", None), *mixed], strict=True)
    ]
    alsos, others = also(job.data, labels, held_out, job.fit.seed)
    unlabelled = [
        text
        for labelled, _ in [*found, *others]
        for text in splits.drawn(labelled.unlabelled, job.data.unlabelled_texts, job.fit.seed)
        if text_key(text) not in held_out
    ]
    if (job.data.unlabelled or job.teacher.teacher_epochs) and not unlabelled:
        raise DataError("there are no texts without a label; leave out --unlabelled and --teacher-epochs")
    train, more = splits.joined(*trains), splits.joined(Part([], np.empty((0, len(labels)))), *alsos)
    sets = np.repeat(np.arange(len(trains) + len(alsos)), [len(part.texts) for part in [*trains, *alsos]])
    weights = _alike([len(part.texts) for _, part, _ in divided])
    described = f"Split at random by class: training {len(train.texts)}, validation {len(validation.texts)}, "
    described += f"test {len(test.texts)} texts.{_also_learned(job, len(unlabelled))}"
    report = [line for labelled, _ in found for line in labelled.report]
    source = _together([source for _, source in found], [source for _, source in others])
    return Data(source, labels, train, validation, weights, test, more, sets, unlabelled, report, described)


def _alike(sizes: Sequence[int]) -> npt.NDArray[np.float64]:
    """Weights of the texts of data sets of these sizes, so that each set counts as much as any other."""
    return np.repeat([sum(sizes) / len(sizes) / size for size in sizes], sizes)


def _also_learned(job: SentimentJob, unlabelled: int) -> str:
    """A sentence on what is learned from beside the training parts, or nothing."""
    names = list(job.data.also)
    if unlabelled and job.learns_from_unlabelled:
        names.append(f"{unlabelled} texts without a label")
        if job.teacher.teacher_epochs:
            names[-1] += f" ({minilm.NAME}, {minilm.LICENCE}, fitted on the labelled ones, labelled them)"
    return f" Also learned from: {', '.join(names)}." if names else ""


def divide(found: Sequence[Labelled], labels: list[str], data: DataSection, seed: int) -> list[tuple[Part, Part, Part]]:
    """The training, validation and test part of each data set; a translation is in the part of its origin."""
    known: dict[str, int] = {}
    divided = {}
    for number in sorted(range(len(found)), key=lambda number: bool(found[number].origins)):
        labelled = found[number]
        if labelled.origins:
            divided[number] = splits.split_by_origin(labelled, labels, data, known)
        else:
            divided[number] = splits.split(labelled, labels, data, seed)
            known |= {text_key(text): part for part in (0, 1, 2) for text in divided[number][part].texts}
    return [divided[number] for number in range(len(found))]


def _folded(job: SentimentJob, found: Sequence[tuple[Labelled, Source]]) -> Data:
    """Data that cross-validation measures, and that the released model learns from as a whole.

    Raises:
        ValueError: all but one label have too few texts.
    """
    separator = job.data.separator if job.data.multi_label else None
    kinds = [own.apart(kind, separator) for labelled, _ in found for kind in labelled.labels]
    counts = Counter(label for kind in kinds for label in kind)
    if sum(count >= own.FEWEST for count in counts.values()) < 2:
        raise ValueError(f"two labels at least need {own.FEWEST} texts, to be measured; give more texts")
    labels = sorted(counts)
    targets = np.array([[float(label in kind) for label in labels] for kind in kinds])
    every = Part([text for labelled, _ in found for text in labelled.texts], targets)
    more, others = also(job.data, labels, {text_key(text) for text in every.texts}, job.fit.seed)
    few = "" if job.data.multi_label else ", as they are few"
    described = f"{len(every.texts)} texts, not split{few}: the scores are those of cross-validation, and the released "
    described += "model learned from all of them."
    report = [line for labelled, _ in found for line in labelled.report]
    source = _together([source for _, source in found], [source for _, source in others])
    sets = np.zeros(len(every.texts), dtype=np.int64)
    learned = splits.joined(Part([], np.empty((0, len(labels)))), *more)
    return Data(
        source,
        labels,
        every,
        every,
        np.ones(len(every.texts)),
        every,
        learned,
        sets,
        [],
        report,
        described,
        folded=True,
    )


def load(data: DataSection) -> tuple[Labelled, Source]:
    """The one source that is named.

    Raises:
        DataError: none or several are named, or it cannot be had.
    """
    if sum(named is not None for named in (data.dataset, data.csv, data.from_log)) != 1:
        raise DataError("name one source of data: --dataset, --csv or --from-log")
    if data.dataset is not None:
        return datasets.named(data.dataset)
    if data.from_log is not None:
        return logged.logged(data.from_log.get_secret_value(), data.log_model, data.rare)
    assert data.csv is not None
    return own.own(data.csv, data.text, data.label, data.rare, data.separator if data.multi_label else None)


def also(
    data: DataSection, labels: list[str], held_out: Container[str], seed: int
) -> tuple[list[Part], list[tuple[Labelled, Source]]]:
    """The texts of the data sets that are only learned from, and these data sets.

    Args:
        held_out: `text_key` of the texts that nothing may be learned from.

    Raises:
        ValueError: one of them has other labels.
    """
    names = [datasets.bounded(name) for name in data.also]
    found = [datasets.named(name) for name, _ in names]
    parts = []
    for (name, most), (more, _) in zip(names, found, strict=True):
        if not set(more.labels) <= set(labels):
            raise ValueError(f"{name} has the labels {', '.join(sorted(set(more.labels)))}, not {', '.join(labels)}")
        classes = np.array([labels.index(label) for label in more.labels], dtype=np.int32)
        parts.append(splits.bounded(_without(Part(more.texts, np.eye(len(labels))[classes]), held_out), most, seed))
    return parts, found


def _without(part: Part, held_out: Container[str]) -> Part:
    kept = [index for index, text in enumerate(part.texts) if text_key(text) not in held_out]
    return Part([part.texts[index] for index in kept], part.targets[kept])


def _together(measured: Sequence[Source], others: Sequence[Source]) -> Source:
    """Several sources as one, known by the fingerprint of the first, or of all if it is measured on several."""
    first = measured[0]
    names = " and ".join(source.name for source in measured)
    if others:
        names += "; also learned from: "
        names += "; also learned from: ".join(
            f"{other.name}, {other.url}" if other.url else other.name for other in others
        )
    licences = "; ".join(dict.fromkeys(source.licence for source in [*measured, *others]))
    digest = first.sha256
    if len(measured) > 1:
        digest = hashlib.sha256("".join(source.sha256 for source in measured).encode()).hexdigest()
    return first.model_copy(update={"name": names, "licence": licences, "sha256": digest})
