"""Sequences in a file of NumPy arrays, `.npz`."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from seqserve.classify.sequences import Sequences
from seqserve.core.arrays import Floats


def read(path: Path) -> Sequences:
    """Arrays `x`, (N, T, D) or (N, T), and if there are labels `y`, (N,) or a label a step (N, T); also `groups` (N,).

    Steps of NaN at the end of a sequence mean that it is shorter.

    Raises:
        ValueError: it is no such file, or the arrays do not fit each other.
        OSError: there is no such file.
    """
    name = path.name
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
    except (ValueError, EOFError, zipfile.BadZipFile, AttributeError):
        raise ValueError(f"{name} is no .npz file of plain arrays; save it with numpy.savez(file, x=x, y=y)") from None
    if "x" not in arrays:
        raise ValueError(f"{name} has no array x, but {', '.join(arrays) or 'none'}; name the arrays x and y")
    x, y, groups = arrays["x"], arrays.get("y"), arrays.get("groups")
    if x.ndim not in (2, 3) or x.dtype.kind not in "biuf" or not x.size:
        raise ValueError(f"{name}: x is {x.dtype} of shape {x.shape}; numbers (N, T, D) or (N, T) are expected")
    x = x.astype(np.float64).reshape(*x.shape[:2], -1)
    if np.isinf(x).any():
        raise ValueError(f"{name}: x holds infinite numbers; write NaN for a gap")
    if y is not None and y.shape not in ((len(x),), x.shape[:2]):
        raise ValueError(f"{name}: y has the shape {y.shape}; ({len(x)},) or {x.shape[:2]} fits x")
    if groups is not None and groups.shape != (len(x),):
        raise ValueError(f"{name}: groups has the shape {groups.shape}; ({len(x)},) fits x")
    values = [_whole(steps) for steps in x]
    labels = None
    if y is not None:
        rows = y.reshape(len(x), -1)
        labels = [
            [str(label) for label in row[: len(steps) if y.ndim == 2 else 1]]
            for row, steps in zip(rows, values, strict=True)
        ]
    width = x.shape[2]
    return Sequences(
        values,
        ["value"] if width == 1 else [f"value {number}" for number in range(1, width + 1)],
        [f"{name}, x[{number}]" for number in range(len(x))],
        labels,
        per_step=y is not None and y.ndim == 2,
        groups=None if groups is None else [str(group) for group in groups],
    )


def _whole(steps: Floats) -> Floats:
    known = np.flatnonzero(~np.isnan(steps).all(axis=1))
    return steps[: known[-1] + 1] if len(known) else steps[:0]
