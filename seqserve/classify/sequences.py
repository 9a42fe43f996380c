"""Sequences as they are read from files, with or without labels."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np

from seqserve.core.arrays import Floats

TRAIN, TEST = "train", "test"
"""Parts of a published split."""


@dataclass(frozen=True)
class Sequences:
    """Sequences of D numbers a step.

    Args:
        values: of each sequence (T, D); a gap is NaN.
        features: the names of the D numbers.
        places: where each sequence stands, such as `a.csv, row 2`.
        labels: of each sequence one, or one a step, empty where nobody labelled it; none if the file has none.
        per_step: whether there is a label a step.
        groups: what sequences belong together and must not be in two parts of a split; none if each is by itself.
        parts: `train` or `test` of each, where the split is published.
        are_grids: whether rows and columns are of one kind, as in an image.
        report: what was decided and changed, a line each.
    """

    values: list[Floats]
    features: list[str]
    places: list[str]
    labels: list[list[str]] | None = None
    per_step: bool = False
    groups: list[str] | None = None
    parts: list[str] | None = None
    are_grids: bool = False
    report: list[str] = field(default_factory=list)

    def digest(self) -> str:
        """SHA-256 of the numbers and labels: the same data has the same, whatever its file looked like."""
        digest = hashlib.sha256("\0".join(self.features).encode())
        for index, steps in enumerate(self.values):
            digest.update(np.ascontiguousarray(steps, dtype="<f8").tobytes())
            if self.labels is not None:
                digest.update("\0".join(self.labels[index]).encode())
        return digest.hexdigest()
