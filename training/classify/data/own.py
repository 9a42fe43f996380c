"""Reads what a job is told to learn from."""

from __future__ import annotations

from seqserve.classify import array_file, images, tables
from seqserve.classify.sequences import Sequences
from seqserve.registry.artifact import Source
from training.classify.config import DataSection
from training.classify.data import datasets, windows
from training.core.download import DataError


def read(section: DataSection) -> tuple[Sequences, Source]:
    """The sequences of a data set, or of a file or folder of one's own.

    Raises:
        DataError: none or several are named, or it cannot be read.
    """
    named = [name for name in ("dataset", "csv", "npz", "images") if getattr(section, name) is not None]
    if len(named) != 1:
        raise DataError("name what to learn from: one of --csv, --npz, --images, --dataset, or a --recipe")
    if section.dataset is not None:
        return datasets.named(section.dataset)
    try:
        found = _own(section)
    except ValueError as error:
        raise DataError(str(error)) from None
    path = section.csv or section.npz or section.images
    assert path is not None
    return found, Source(name=path.name, licence="the owner's", sha256=found.digest())


def _own(section: DataSection) -> Sequences:
    if section.images is not None:
        return images.folder(section.images, section.image_size)
    if section.npz is not None:
        found = array_file.read(section.npz)
        if section.window is not None and not found.per_step:
            raise ValueError("windows are cut from streams with a label a step: y must be (N, T)")
    else:
        assert section.csv is not None
        options = tables.TableOptions(
            layout=section.layout,
            label=section.label,
            id=section.id,
            time=section.time,
            features=section.features,
            group=section.group,
            width=section.width,
            decimal=section.decimal,
            labels=section.labels,
            streams=section.window is not None,
            ignore=section.ignore,
        )
        found = tables.read(section.csv, options)
    if section.window is None:
        return found
    stride = section.stride or section.window
    return windows.cut(found, section.window, stride, per_step=section.labels == "step")
