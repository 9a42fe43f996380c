"""Sequences with labels as a network learns them: cleaned, split, scaled by what the training part tells."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seqserve.classify.inputs import without_gaps
from seqserve.classify.sequences import Sequences
from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from training.classify.config import ClassifyJob
from training.classify.data import splits
from training.classify.data.batches import UNLABELLED, Steps, Targets
from training.classify.metrics import Classes


@dataclass(frozen=True)
class Scaling:
    """What is known of each feature (D,) from the steps of the training part."""

    mean: Floats
    scale: Floats
    low: Floats
    high: Floats
    usual: Floats

    def scaled(self, values: Floats) -> Steps:
        """Values (T, D) of about unit size."""
        found: Steps = ((values - self.mean) / self.scale).astype(np.float32)
        return found


@dataclass(frozen=True)
class Part:
    """The sequences of a part.

    Args:
        values: of each (T, D), without gaps.
        rows: the same, scaled.
        targets: the class of each (1,), or of each of its steps (T,).
    """

    values: list[Floats]
    rows: list[Steps]
    targets: list[Targets]

    @property
    def classes(self) -> Classes:
        """Of all sequences, or of all steps, (N,); -1 where nobody labelled one."""
        return np.concatenate(self.targets)


@dataclass(frozen=True)
class Data:
    """All that a job learns from.

    Args:
        steps: that every sequence has, if the network is to read columns; none: any number.
    """

    labels: list[str]
    features: list[str]
    per_step: bool
    steps: int | None
    scaling: Scaling
    train: Part
    validation: Part
    test: Part

    @property
    def shares(self) -> Floats:
        """Of each class in the training part (C,)."""
        classes = self.train.classes
        counts = np.bincount(classes[classes != UNLABELLED], minlength=len(self.labels))
        shares: Floats = counts / counts.sum()
        return shares


def prepared(found: Sequences, job: ClassifyJob) -> tuple[Data, str, list[str]]:
    """The parts of a data set, the split in words, and what was changed, a line each.

    Raises:
        ValueError: there are too few sequences, or they differ in length where columns are to be read.
    """
    found, report = _cleaned(found)
    lengths = {len(steps) for steps in found.values}
    if job.network.directions == "four" and len(lengths) > 1:
        raise ValueError(
            f"sequences of {min(lengths)} to {max(lengths)} steps; columns are only read where all are of one length: "
            "take --directions two"
        )
    if job.network.directions == "four" and found.per_step:
        raise ValueError("--directions four labels whole sequences; take two for a label a step")
    labels = sorted({label for each in found.labels or () for label in each if label}, key=_natural)
    numbers = {label: number for number, label in enumerate(labels)} | {"": UNLABELLED}
    targets = [np.array([numbers[label] for label in each], dtype=np.int32) for each in found.labels or ()]
    train, validation, test, how = splits.split(found, job.data, job.fit.seed)
    common = job.network.scaling == "common" or (job.network.scaling == "auto" and found.are_grids)
    scaling = fitted([found.values[row] for row in train], common=common)
    parts = [_part(found.values, targets, rows, scaling) for rows in (train, validation, test)]
    data = Data(
        labels=labels,
        features=found.features,
        per_step=found.per_step,
        steps=lengths.pop() if job.network.directions == "four" else None,
        scaling=scaling,
        train=parts[0],
        validation=parts[1],
        test=parts[2],
    )
    sizes = ", ".join(
        f"{name} {len(rows)}"
        for name, rows in zip(("train", "validation", "test"), (train, validation, test), strict=True)
    )
    if unseen := [label for label, share in zip(labels, data.shares, strict=True) if not share]:
        raise ValueError(
            f"no training sequence has the labels {', '.join(unseen)}; give more of them, or take another --seed"
        )
    return data, f"Sequences: {sizes} ({how}).", report


def fitted(values: list[Floats], *, common: bool) -> Scaling:
    """The scaling of sequences (T, D): a mean and a scale for each feature, or in common for all."""
    steps = np.concatenate(values)
    mean, scale = steps.mean(axis=0), steps.std(axis=0)
    if common:
        mean, scale = np.full_like(mean, steps.mean()), np.full_like(scale, steps.std())
    scale = np.where(scale > 1e-12 * np.maximum(1, np.abs(mean)), scale, 1.0)
    return Scaling(mean, scale, steps.min(axis=0), steps.max(axis=0), np.median(steps, axis=0))


def _cleaned(found: Sequences) -> tuple[Sequences, list[str]]:
    """Only the sequences that can be learned from, their gaps filled as the service does."""
    if found.labels is None:
        raise ValueError("there are no labels to learn; name their column with --label")
    kept, report, filled = [], list(found.report), 0
    unlabelled = [row for row, labels in enumerate(found.labels) if not any(labels)]
    for row, steps in enumerate(found.values):
        gaps = np.isnan(steps)
        if row not in set(unlabelled) and len(steps) and not (gaps.mean(axis=0) > 0.5).any():
            kept.append(row)
            filled += int(gaps.sum())
    report += [f"{counted(len(unlabelled), 'sequence')} without a label left out"] * bool(unlabelled)
    holed = len(found.values) - len(kept) - len(unlabelled)
    report += [f"{counted(holed, 'sequence')} left out: more than half of a feature is gaps"] * bool(holed)
    report += [f"{counted(filled, 'gap')} filled along a line between neighbours"] * bool(filled)
    if not kept:
        raise ValueError("no sequence has a label and values; see --label and --features")
    return (
        Sequences(
            values=[without_gaps(found.values[row]) for row in kept],
            features=found.features,
            places=[found.places[row] for row in kept],
            labels=[found.labels[row] for row in kept],
            per_step=found.per_step,
            groups=None if found.groups is None else [found.groups[row] for row in kept],
            parts=None if found.parts is None else [found.parts[row] for row in kept],
            are_grids=found.are_grids,
        ),
        report,
    )


def _part(values: list[Floats], targets: list[Targets], rows: npt.NDArray[np.intp], scaling: Scaling) -> Part:
    chosen = [values[row] for row in rows]
    return Part(chosen, [scaling.scaled(steps) for steps in chosen], [targets[row] for row in rows])


def _natural(label: str) -> list[tuple[int, int | str]]:
    """Orders `10` behind `9`."""
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in re.split(r"(\d+)", label) if part]
