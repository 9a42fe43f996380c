"""The versions that the service holds in memory, and those it refused."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from seqserve import tasks
from seqserve.core.drift_reference import Reference
from seqserve.core.predictor import AnyPredictor
from seqserve.errors import NotFoundError
from seqserve.registry.manifest import Manifest
from seqserve.registry.store import STABLE, Key
from seqserve.registry.tree_scan import Stamp
from service.errors import ColdError, NotLoadedError, RefusedError, UnreadableError
from service.model_registry.tree_snapshot import TreeSnapshot
from service.monitoring.drift import InputCounts

Files = Mapping[str, Stamp]
"""The stamps of a version's files, by name."""


@dataclass
class Use:
    """When a version was last asked for, on the monotonic clock."""

    at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Loaded:
    """A version that has passed its self-test.

    Args:
        examples: what its golden examples ask.
        size: bytes of memory that it takes, as estimated.
    """

    key: Key
    predictor: AnyPredictor
    manifest: Manifest
    metrics: Any
    examples: Sequence[dict[str, Any]]
    reference: Reference
    inputs: InputCounts
    loaded_at: float
    files: Files
    size: int
    use: Use = field(default_factory=Use)


@dataclass(frozen=True)
class Refused:
    """A version that is damaged or failed its self-test, and why."""

    files: Files
    reason: str


class Registry:
    """The versions that are served. A registry is immutable, so that a request sees one state of the tree.

    Args:
        tree: which versions and labels there are, good or bad.
        catalog: the same, except that a label whose version was refused stays where it was.
        loaded: the versions that are in memory.
        refused: those that may not be served.
        served: those that are loaded, or would be for a request, unless they are refused.
        described: what is known of some of these without loading them, see `service.inference.task.Task`.
    """

    def __init__(
        self,
        tree: TreeSnapshot,
        catalog: TreeSnapshot,
        loaded: Mapping[Key, Loaded],
        refused: Mapping[Key, Refused],
        served: Set[Key] = frozenset(),
        described: Mapping[Key, Any] | None = None,
    ) -> None:
        self.tree = tree
        self.catalog = catalog
        self.loaded = loaded
        self.refused = refused
        self.served = served
        self.described = described or {}
        self._keys = _keys(catalog)
        self._shares = _shares(catalog)

    def holding(self, loaded: Mapping[Key, Loaded], refused: Mapping[Key, Refused]) -> Registry:
        """The same with these versions in memory, and these refused."""
        other = copy.copy(self)
        other.loaded, other.refused = loaded, refused
        return other

    def find(self, task: str, name: str | None = None, version: str | None = None) -> Key:
        """The version that is named, whether or not it is loaded.

        Args:
            name: a model; none means the task's default.
            version: a version or a label; none means `stable`.

        Raises:
            NotFoundError: there is none such; the message lists what there is.
            UnreadableError: there may be one, in a directory that cannot be read.
        """
        model = self.catalog.default(task) if name is None else name
        key = self._keys.get((task, model, STABLE if version is None else version))
        if key is None and ((task,) in self.tree.unreadable or (task, model) in self.tree.unreadable):
            raise UnreadableError(task)
        return key or self.catalog.resolve(task, name, version)

    def resolve(self, task: str, name: str | None, version: str | None) -> Loaded:
        """The loaded version that a request means; of a request that names no version, labels take their shares.

        Raises:
            NotFoundError: there is none such.
            UnreadableError: there may be one, in a directory that cannot be read.
            RefusedError: it is damaged or failed its self-test.
            ColdError: it is not in memory, and is loaded on demand.
            NotLoadedError: it is not in memory, and is not loaded on demand.
        """
        key = self.find(task, name, version)
        if version is None:
            key = self._drawn(key)
        return self.held(key)

    def held(self, key: Key) -> Loaded:
        """A version that is in memory.

        Raises:
            RefusedError, ColdError, NotLoadedError: it is not, and why.
        """
        loaded = self.loaded.get(key)
        if loaded is None:
            raise (RefusedError if key in self.refused else ColdError if key in self.served else NotLoadedError)(key)
        loaded.use.at = time.monotonic()
        return loaded

    def serves(self, task: str, name: str, version: str | None) -> bool:
        """Whether a version or label is there, and loaded or loaded on demand."""
        key = self._keys.get((task, name, STABLE if version is None else version))
        return key in self.loaded or (key in self.served and key not in self.refused)

    def is_ready(self) -> bool:
        """Whether every task's default model is loaded, and there is one at all."""
        return not self.unready()

    def unready(self) -> list[str]:
        """What keeps the service from being ready, a line for each task: what is missing, and what to do."""
        found = self.catalog.tasks()
        hidden = [task for task in tasks.NAMES if (task,) in self.tree.unreadable and task not in found]
        if not found and not hidden:
            return ["no model is found yet; train one, or say in SEQSERVE_MODELS where the models are"]
        return [
            *(f"the directory of {task} cannot be read; the log says why" for task in hidden),
            *(reason for task in found for reason in [self._unready(task)] if reason),
        ]

    def _unready(self, task: str) -> str | None:
        name = self.catalog.default(task)
        if name is None:
            names = ", ".join(self.catalog.names(task))
            return (
                f"{task} has no default model; make one of {names} its default: "
                f"python -m seqserve models default {task}/NAME"
            )
        key = self.default(task)
        if key is None:
            return (
                f"{task}/{name}, the default of {task}, has no stable version that can be read; "
                f"label one: python -m seqserve models label {task}/{name} {STABLE} VERSION"
            )
        if key in self.refused:
            return f"{key}, the default of {task}, is refused: {self.refused[key].reason}"
        return None if key in self.loaded else f"{key}, the default of {task}, is not loaded yet"

    def default(self, task: str) -> Key | None:
        """The version that answers a task's requests which name none."""
        try:
            return self.find(task)
        except (NotFoundError, UnreadableError):
            return None

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
