"""Types of arrays, and files of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def packed(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Arrays by name as a compressed `.npz` file."""
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


@contextmanager
def unpacked(content: bytes, what: str) -> Iterator[Mapping[str, npt.NDArray[Any]]]:
    """The arrays of an `.npz` file by name, each read when it is asked for.

    Args:
        what: the file should hold, for the error.

    Raises:
        ValueError: it is none, or what is made of it inside the block lacks an array or finds it damaged.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            yield arrays
    except (KeyError, OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(f"no {what}: {error}") from None
