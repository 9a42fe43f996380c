"""Looks through a models tree without reading a file: which versions there are, and whether anything has changed.

What cannot be looked at is left out and named, so that it harms nothing beside it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seqserve.registry.label_files import LABELS, SHARES
from seqserve.registry.names import is_name, is_version
from seqserve.registry.store import Key

Way = tuple[str, ...]
"""The names on the way to a file or a directory: task, model, version, file."""
Stamp = tuple[int, int, int]
"""Inode, size and time of change of a file."""

_DEPTH = 4


@dataclass(frozen=True)
class TreeScan:
    """What a tree holds.

    Attributes:
        models: task and model to the versions, good or bad, oldest first.
        files: the stamps of the files of each version.
        others: the stamps of the other files, those of labels and shares.
        unreadable: what cannot be looked at, and why.
    """

    models: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    files: dict[Key, dict[str, Stamp]] = field(default_factory=dict)
    others: dict[Way, Stamp] = field(default_factory=dict)
    unreadable: dict[Way, str] = field(default_factory=dict)


def scan(root: Path) -> TreeScan:
    """Look through a tree.

    Raises:
        OSError: the tree itself cannot be read.
    """
    found = TreeScan()
    _directory(found, root, ())
    if () in found.unreadable:
        raise OSError(0, found.unreadable[()])
    for versions in found.models.values():
        versions.sort(key=int)
    return found


def described(unreadable: Mapping[Way, str]) -> list[str]:
    """A line for each entry that cannot be looked at."""
    return [f"{'/'.join(way)} cannot be read: {reason}" for way, reason in sorted(unreadable.items())]


def _directory(found: TreeScan, path: str | os.PathLike[str], way: Way) -> None:
    try:
        with os.scandir(path) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError as error:
        found.unreadable[way] = str(error.strerror)
        return
    for entry in entries:
        here = (*way, entry.name)
        if entry.name.startswith("."):  # not published yet
            continue
        if len(here) == _DEPTH:
            _file(found.files[Key(*way)], entry.name, entry)
        elif entry.name in (LABELS, SHARES):
            _file(found.others, here, entry)
        elif is_version(entry.name) if len(here) == _DEPTH - 1 else is_name(entry.name):
            _inner(found, here, entry)  # a volume's lost+found is no task, and may not be readable


def _inner(found: TreeScan, here: Way, entry: os.DirEntry[str]) -> None:
    try:
        is_directory = entry.is_dir()
        if not is_directory and entry.is_symlink():
            entry.stat()
    except FileNotFoundError:
        found.unreadable[here] = "it is a link that leads nowhere"
    except OSError as error:
        found.unreadable[here] = str(error.strerror)
    else:
        if is_directory:
            if len(here) == _DEPTH - 1:
                found.models.setdefault((here[0], here[1]), []).append(here[2])
                found.files[Key(*here)] = {}
            _directory(found, entry, here)


def _file(stamps: dict[Any, Stamp], name: Any, entry: os.DirEntry[str]) -> None:
    try:
        status = entry.stat()
        stamps[name] = (status.st_ino, status.st_size, status.st_mtime_ns)
    except FileNotFoundError:
        if entry.is_symlink():  # otherwise it was removed meanwhile
            stamps[name] = (0, 0, 0)
    except OSError as error:
        stamps[name] = (0, -(error.errno or 0), 0)
