"""The files of labels and shares in a models tree."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from seqserve.errors import ArtifactError
from seqserve.registry import bounds, files

LABELS = "labels.json"
SHARES = "shares.json"
_MOST_BYTES = 2**20


def labels(path: Path) -> dict[str, str]:
    """Label to version of a model, or `default` to the model of a task; without the file there are none.

    Raises:
        ArtifactError: it cannot be read, or holds something else.
    """
    return _read(path, "labels to strings", lambda values: all(isinstance(value, str) for value in values))


def shares(path: Path) -> dict[str, float]:
    """Label to its share of the traffic; without the file there are none.

    Raises:
        ArtifactError: it cannot be read, or its shares are none.
    """

    def are_shares(values: Collection[Any]) -> bool:
        return all(type(value) in (int, float) and 0 < value <= 1 for value in values) and fit(values)

    return _read(path, "labels to shares above 0 and at most 1 in all", are_shares)


def fit(shares: Collection[float]) -> bool:
    """Whether shares are no more than all there is."""
    return sum(shares) <= 1 + 1e-9  # ten times 0.1 may be a little more than 1


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write labels or shares in one step."""
    files.replace(path, json.dumps(content, indent=1, sort_keys=True).encode() + b"\n")


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Two that write into a directory at once would each drop what the other wrote."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path, holds: str, are_right: Callable[[Collection[Any]], bool]) -> dict[str, Any]:
    """The object in a JSON file, if its values are right; a missing file is an empty one."""
    name = f"{path.parent.name}/{path.name}"
    try:
        content = bounds.parsed(files.read(path, _MOST_BYTES))
    except FileNotFoundError as error:
        if path.is_symlink():
            raise ArtifactError(f"{name} is a link that leads nowhere; correct it by hand") from error
        return {}
    except OSError as error:
        raise ArtifactError(f"{name} cannot be read: {error.strerror}; correct it by hand") from None
    except ValueError as error:
        raise ArtifactError(f"{name} is not JSON: {error}; correct it by hand") from None
    if not isinstance(content, dict) or not are_right(content.values()):
        raise ArtifactError(f"{name} must map {holds}; correct it by hand")
    return content
