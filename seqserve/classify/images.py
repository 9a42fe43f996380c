"""Images as sequences: each row of pixels is a step, from top to bottom, in levels of grey from 0 to 255."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from seqserve.classify.sequences import Sequences
from seqserve.core.arrays import Floats

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")


def folder(path: Path, size: int | None = None) -> Sequences:
    """The images of a folder; if it has folders of images, their names are the labels.

    Args:
        size: pixels that each image is scaled to, both ways.

    Raises:
        ValueError: there are none, one cannot be read, or their sizes differ; or Pillow is not installed.
    """
    if not path.is_dir():
        raise ValueError(f"{path.name} is no folder; name one with a folder of images for each label")
    files = sorted(each for each in path.rglob("*") if each.is_file() and each.suffix.lower() in SUFFIXES)
    labelled = [each for each in files if each.parent.parent == path]
    if labelled and len(labelled) < len(files):
        other = next(each for each in files if each not in set(labelled))
        raise ValueError(f"{other.relative_to(path)} is not in the folder of a label; move or remove it")
    if not files:
        raise ValueError(f"{path.name} holds no images ({', '.join(SUFFIXES)})")
    values = [read(each, size) for each in files]
    shapes = {steps.shape: each for each, steps in zip(files, values, strict=True)}
    if len({shape[1] for shape in shapes}) > 1:
        named = " and ".join(
            f"{each.relative_to(path)} has {shape[1]} x {shape[0]} pixels" for shape, each in list(shapes.items())[:2]
        )
        raise ValueError(f"images differ in width: {named}; scale them with --image-size")
    return Sequences(
        values,
        [f"column {number}" for number in range(1, values[0].shape[1] + 1)],
        [str(each.relative_to(path)) for each in files],
        [[each.parent.name] for each in files] if labelled else None,
        are_grids=True,
    )


def read(path: Path, size: int | None = None) -> Floats:
    """The grey values of an image, from 0 to 255, (height, width).

    Args:
        size: of both sides, in pixels, that it is brought to; none leaves it as it is.

    Raises:
        ValueError: it cannot be read, or Pillow is not installed.
    """
    try:
        from PIL import Image
    except ImportError:
        raise ValueError("images need Pillow: pip install 'seqserve[images]'") from None
    try:
        with Image.open(path) as image:
            grey = image.convert("L")
            grey = grey if size is None else grey.resize((size, size), Image.Resampling.BILINEAR)
            return np.asarray(grey, dtype=np.float64)
    except (OSError, ValueError, Image.DecompressionBombError):
        raise ValueError(f"{path.name} is no image that can be read; remove it, or save it as PNG") from None
