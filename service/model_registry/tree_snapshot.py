"""A snapshot of the models tree, so that resolving a request reads no disk."""

from __future__ import annotations

import logging
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from seqserve.errors import ArtifactError
from seqserve.registry import names
from seqserve.registry.store import Key, Store

logger = logging.getLogger(__name__)

T = TypeVar("T")

Stamp = tuple[int, int, int]
"""Inode, size and time of change of a file."""
Stamps = Mapping[tuple[str, ...], Stamp]
"""The files of a tree, by the names on the way to them."""

_DEPTH = 4
"""A file of a version lies under task, name and version."""


def stamps(root: Path) -> Stamps:
    """The stamps of all files, which tell whether a tree has changed without reading a file.

    Raises:
        OSError: the tree, or a directory in it, cannot be read.
    """
    return dict(_stamps(root, ()))


def _stamps(directory: str | os.PathLike[str], way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Stamp]]:
    with os.scandir(directory) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.startswith("."):  # not published yet
                continue
            here = (*way, entry.name)
            try:
                if entry.is_dir() and len(here) < _DEPTH:
                    if names.is_name(entry.name):  # a volume's lost+found is no task, and may not be readable
                        yield from _stamps(entry, here)
                else:
                    found = entry.stat()
                    yield here, (found.st_ino, found.st_size, found.st_mtime_ns)
            except FileNotFoundError:
                continue  # it was removed meanwhile


@dataclass(frozen=True)
class Model:
    """The versions, labels and shares of a model; versions are good or bad, oldest first."""

    versions: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)


class TreeSnapshot(Store):
    """A store in memory."""

    def __init__(self, root: Path, models: Mapping[tuple[str, str], Model], defaults: Mapping[str, str | None]) -> None:
        super().__init__(root)
        self.models = models
        self._defaults = defaults

    @classmethod
    def of(cls, store: Store, before: TreeSnapshot) -> TreeSnapshot:
        """The tree now.

        Args:
            before: what it was; labels, shares and defaults that cannot be read, or are gone, stay as they were.
        """

        def model(task: str, name: str) -> Model:
            held = before.models.get((task, name), Model())
            labels = _kept(lambda: store.labels(task, name), held.labels) or held.labels
            shares = _kept(lambda: store.shares(task, name), held.shares)
            for label in sorted(shares.keys() - labels.keys()):
                logger.error("%s/%s: there is no label %s, so the stable version gets its share", task, name, label)
            return Model(store.versions(task, name), labels, shares)

        def default(task: str) -> str | None:
            held = before.default(task)
            return _kept(lambda: store.default(task), held) or held

        tasks = store.tasks()
        models = {(task, name): model(task, name) for task in tasks for name in store.names(task)}
        return cls(store.root, models, {task: default(task) for task in tasks})

    def having(self, models: Mapping[tuple[str, str], Model]) -> TreeSnapshot:
        """The same tree with these models."""
        return TreeSnapshot(self.root, models, self._defaults)

    def tasks(self) -> list[str]:
        return list(self._defaults)

    def names(self, task: str) -> list[str]:
        return [name for of, name in self.models if of == task]

    def versions(self, task: str, name: str) -> list[str]:
        return self._model(task, name).versions

    def labels(self, task: str, name: str) -> dict[str, str]:
        return self._model(task, name).labels

    def shares(self, task: str, name: str) -> dict[str, float]:
        return self._model(task, name).shares

    def labels_of(self, key: Key) -> list[str]:
        """The labels of a version, by name."""
        labels = self.labels(key.task, key.name)
        return sorted(label for label, version in labels.items() if version == key.version)

    def default(self, task: str) -> str | None:
        return self._defaults.get(task)

    def _model(self, task: str, name: str) -> Model:
        return self.models.get((task, name), Model())


def by_version(tree: Stamps) -> dict[Key, Stamps]:
    """The files of each version that has any."""
    found: dict[Key, dict[tuple[str, ...], Stamp]] = defaultdict(dict)
    for path, stamp in tree.items():
        if len(path) == _DEPTH:
            found[Key(*path[:3])][path] = stamp
    return dict(found)


def _kept(read: Callable[[], T], held: T) -> T:
    try:
        return read()
    except ArtifactError as error:
        logger.error("%s; what it said before stays", error)
        return held
