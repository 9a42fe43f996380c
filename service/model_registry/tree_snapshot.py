"""A snapshot of the models tree, so that resolving a request reads no disk."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from seqserve.errors import ArtifactError
from seqserve.registry.label_files import LABELS, SHARES
from seqserve.registry.store import Key, Store
from seqserve.registry.tree import STABLE, Tree, only
from seqserve.registry.tree_scan import TreeScan, Way

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True)
class Model:
    """The versions, labels and shares of a model; versions are good or bad, oldest first."""

    versions: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)


class TreeSnapshot(Tree):
    """A tree in memory.

    Attributes:
        unreadable: directories and files of labels that cannot be read, and why; what they said before stays.
    """

    def __init__(
        self,
        root: Path,
        models: Mapping[tuple[str, str], Model],
        defaults: Mapping[str, str | None],
        unreadable: Mapping[Way, str],
    ) -> None:
        super().__init__(root)
        self.models = models
        self.unreadable = unreadable
        self._defaults = defaults

    @classmethod
    def nothing(cls, root: Path) -> TreeSnapshot:
        """The tree before it was looked at."""
        return cls(root, {}, {}, {})

    @classmethod
    def of(cls, store: Store, scan: TreeScan, before: TreeSnapshot) -> TreeSnapshot:
        """The tree now.

        Args:
            scan: what was found in it.
            before: what it was; what cannot be read, and labels and defaults that are gone, stay as they were.
        """
        unreadable = dict(scan.unreadable)

        def kept(way: Way, read: Callable[[], T], held: T) -> T:
            try:
                return read()
            except ArtifactError as error:
                unreadable[way] = str(error)
                return held

        def model(task: str, name: str, versions: list[str]) -> Model:
            held = before.models.get((task, name), Model())
            labels = kept((task, name, LABELS), lambda: store.labels(task, name), held.labels)
            if not labels and (task, name, LABELS) not in scan.others:  # it is gone, not empty
                labels = held.labels
            shares = kept((task, name, SHARES), lambda: store.shares(task, name), held.shares)
            for label in sorted(shares.keys() - labels.keys()):
                logger.error("%s/%s: there is no label %s, so the stable version gets its share", task, name, label)
            return Model(versions, labels, shares)

        def default(task: str) -> str | None:
            held = before.default(task)
            found = kept((task, LABELS), lambda: store.labelled_default(task), held)
            return found or (held if held in names[task] else only(names[task], partial(may_be_stable, task)))

        def may_be_stable(task: str, name: str) -> bool:
            return STABLE in models[task, name].labels or (task, name, LABELS) in unreadable

        hidden = {
            (task, name): held
            for (task, name), held in before.models.items()
            if (task,) in unreadable or (task, name) in unreadable
        }
        seen = {key: model(*key, versions) for key, versions in scan.models.items()}
        models = dict(sorted((hidden | seen).items()))
        names: dict[str, list[str]] = {}
        for task, name in models:
            names.setdefault(task, []).append(name)
        return cls(store.root, models, {task: default(task) for task in names}, unreadable)

    def having(self, models: Mapping[tuple[str, str], Model]) -> TreeSnapshot:
        """The same tree with these models."""
        return TreeSnapshot(self.root, models, self._defaults, self.unreadable)

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
