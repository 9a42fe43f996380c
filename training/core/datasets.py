"""Looking up a data set by name; each task has a dict of its own, `DATASETS` in its module of data sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from training.core.download import DataError

T = TypeVar("T")


def named(datasets: Mapping[str, T], name: str) -> T:
    """The data set of a name.

    Raises:
        DataError: there is none; the message lists those there are.
    """
    if name not in datasets:
        raise DataError(f"no data set {name!r}; there are: {', '.join(datasets)}")
    return datasets[name]
