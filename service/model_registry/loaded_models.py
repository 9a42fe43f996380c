"""The versions that the service holds in memory, and those it refused."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seqserve.core.drift_reference import Reference
from seqserve.core.predictor import Predictor
from seqserve.errors import NotFoundError
from seqserve.registry.artifact import Manifest
from seqserve.registry.store import Key
from service.http.problems import Problem
from service.model_registry.tree_snapshot import Catalog, Stamps
from service.monitoring.drift import InputCounts


@dataclass(frozen=True)
class Loaded:
    """A version that has passed its self-test.

    Args:
        examples: what its golden examples ask.
    """

    key: Key
    predictor: Predictor[Any, Any, Any, Any]
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
    """What is served. It never changes, so that a request sees one state of the tree.

    Args:
        tree: which versions and labels there are, good or bad.
        catalog: the same, but for labels whose version was refused: they stay where they were.
        loaded: the versions that may be served.
        refused: those that may not.
    """

    def __init__(
        self, tree: Catalog, catalog: Catalog, loaded: Mapping[Key, Loaded], refused: Mapping[Key, Refused]
    ) -> None:
        self.tree = tree
        self.catalog = catalog
        self.loaded = loaded
        self.refused = refused

    def resolve(self, task: str, name: str | None, version: str | None) -> Loaded:
        """The loaded version that a request means; of a request that names none, labels take their shares.

        Raises:
            Problem: 404 there is none such, or it is not held in memory; 503 it was refused.
        """
        try:
            key = self.catalog.resolve(task, name, version)
        except NotFoundError as error:
            raise Problem(404, "no-such-model", str(error)) from None
        if version is None:
            key = self._drawn(key)
        if key in self.loaded:
            return self.loaded[key]
        if key in self.refused:
            detail = f"{key} is damaged or failed its self-test, and is not served; ask for another version"
            raise Problem(503, "model-refused", detail)
        detail = f"{key} is an old version without a label, and is not loaded; label it, or ask for another version"
        raise Problem(404, "version-not-loaded", detail)

    def is_ready(self) -> bool:
        """Whether every task's default model is loaded, and there is one at all."""
        catalog = self.catalog
        try:
            return bool(catalog.tasks()) and all(catalog.resolve(task) in self.loaded for task in catalog.tasks())
        except NotFoundError:
            return False

    def _drawn(self, stable: Key) -> Key:
        """By chance the version of a label that takes a share of the traffic; else the stable one."""
        labels = self.catalog.labels(stable.task, stable.name)
        point = random.random()
        for label, share in self.catalog.shares(stable.task, stable.name).items():
            point -= share
            if point < 0:
                return Key(stable.task, stable.name, labels[label])
        return stable


def nothing(tree: Catalog) -> Registry:
    """What is served before anything is."""
    return Registry(tree, tree, {}, {})
