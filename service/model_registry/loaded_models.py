"""The versions that the service holds in memory, and those it refused."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seqserve.core.drift_reference import Reference
from seqserve.core.predictor import AnyPredictor
from seqserve.errors import NotFoundError
from seqserve.registry.artifact import Manifest
from seqserve.registry.store import STABLE, Key
from service.errors import NotLoadedError, RefusedError
from service.model_registry.tree_snapshot import Stamps, TreeSnapshot
from service.monitoring.drift import InputCounts


@dataclass(frozen=True)
class Loaded:
    """A version that has passed its self-test.

    Args:
        examples: what its golden examples ask.
    """

    key: Key
    predictor: AnyPredictor
    manifest: Manifest
    metrics: Any
    examples: Sequence[dict[str, Any]]
    reference: Reference
    inputs: InputCounts
    loaded_at: float
    files: Stamps


@dataclass(frozen=True)
class Refused:
    """A version that is damaged or failed its self-test, and why."""

    files: Stamps
    reason: str


class Registry:
    """The versions that are served. A registry is immutable, so that a request sees one state of the tree.

    Args:
        tree: which versions and labels there are, good or bad.
        catalog: the same, except that a label whose version was refused stays where it was.
        loaded: the versions that may be served.
        refused: those that may not.
    """

    def __init__(
        self, tree: TreeSnapshot, catalog: TreeSnapshot, loaded: Mapping[Key, Loaded], refused: Mapping[Key, Refused]
    ) -> None:
        self.tree = tree
        self.catalog = catalog
        self.loaded = loaded
        self.refused = refused
        self._keys = _keys(catalog)
        self._shares = _shares(catalog)

    def find(self, task: str, name: str | None = None, version: str | None = None) -> Key:
        """The version that is named, whether or not it is loaded.

        Args:
            name: a model; none means the task's default.
            version: a version or a label; none means `stable`.

        Raises:
            NotFoundError: there is none such; the message lists what there is.
        """
        model = self.catalog.default(task) if name is None else name
        key = self._keys.get((task, model, STABLE if version is None else version))
        return key or self.catalog.resolve(task, name, version)

    def resolve(self, task: str, name: str | None, version: str | None) -> Loaded:
        """The loaded version that a request means; of a request that names no version, labels take their shares.

        Raises:
            NotFoundError: there is none such.
            RefusedError: it is damaged or failed its self-test.
            NotLoadedError: it is not held in memory.
        """
        key = self.find(task, name, version)
        if version is None:
            key = self._drawn(key)
        loaded = self.loaded.get(key)
        if loaded is None:
            raise RefusedError(key) if key in self.refused else NotLoadedError(key)
        return loaded

    def serves(self, task: str, name: str, version: str | None) -> bool:
        """Whether a version or label is there and loaded."""
        return self._keys.get((task, name, STABLE if version is None else version)) in self.loaded

    def is_ready(self) -> bool:
        """Whether every task's default model is loaded, and there is one at all."""
        tasks = self.catalog.tasks()
        try:
            return bool(tasks) and all(self.find(task) in self.loaded for task in tasks)
        except NotFoundError:
            return False

    def _drawn(self, stable: Key) -> Key:
        """A version drawn by the shares of the labels; the stable one has the rest."""
        point = random.random()
        for share, key in self._shares.get((stable.task, stable.name), ()):
            point -= share
            if point < 0:
                return key
        return stable


def _keys(catalog: TreeSnapshot) -> dict[tuple[str, str | None, str], Key]:
    """Task, model, and version or label to the version: what a request names."""
    return {
        (task, name, named): Key(task, name, version)
        for (task, name), model in catalog.models.items()
        for named, version in ({version: version for version in model.versions} | model.labels).items()
        if version in model.versions
    }


def _shares(catalog: TreeSnapshot) -> dict[tuple[str, str], list[tuple[float, Key]]]:
    """Task and model to the versions whose labels take a share of the traffic; a missing label takes none."""
    return {
        (task, name): [
            (share, Key(task, name, model.labels[label]))
            for label, share in model.shares.items()
            if label in model.labels
        ]
        for (task, name), model in catalog.models.items()
    }


def nothing(tree: TreeSnapshot) -> Registry:
    """The registry before anything is loaded."""
    return Registry(tree, tree, {}, {})
