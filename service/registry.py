"""The versions that the service holds in memory, and those it refused."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqserve import tasks
from seqserve.artifact import METRICS, Manifest
from seqserve.errors import ArtifactError, NotFoundError
from seqserve.predictor import Predictor
from seqserve.store import Key, Store
from service.problems import Problem

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Loaded:
    """A version that has passed its self-test."""

    key: Key
    predictor: Predictor[Any, Any, Any, Any]
    manifest: Manifest
    metrics: Any
    loaded_at: float


class Catalog(Store):
    """The tree as it was at one moment, so that resolving a request reads no disk."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.root)
        self._versions = {
            task: {name: store.versions(task, name) for name in store.names(task)} for task in store.tasks()
        }
        self._labels = {(task, name): _labels(store, task, name) for task in self.tasks() for name in self.names(task)}
        self._defaults = {task: _default(store, task) for task in self.tasks()}

    def tasks(self) -> list[str]:
        return list(self._versions)

    def names(self, task: str) -> list[str]:
        return list(self._versions.get(task, {}))

    def versions(self, task: str, name: str) -> list[str]:
        return self._versions.get(task, {}).get(name, [])

    def labels(self, task: str, name: str) -> dict[str, str]:
        return self._labels.get((task, name), {})

    def default(self, task: str) -> str | None:
        return self._defaults.get(task)


class Registry:
    """What is served. It never changes, so that a request sees one state of the tree.

    Args:
        catalog: which versions and labels there are, good or bad.
        loaded: those of them that may be served.
    """

    def __init__(self, catalog: Catalog, loaded: Mapping[Key, Loaded]) -> None:
        self.catalog = catalog
        self.loaded = loaded

    @classmethod
    def load(cls, models: Path, threads: int) -> Registry:
        """Load every version of the tree; a bad one is logged and left out."""
        catalog = Catalog(Store(models))
        loaded: dict[Key, Loaded] = {}
        for key in catalog.released():
            try:
                artifact = catalog.read(key)
                predictor = tasks.load(artifact, threads)
                loaded[key] = Loaded(key, predictor, artifact.manifest, artifact.json(METRICS), time.time())
            except ArtifactError as error:
                logger.error("refused: %s", error)
            except Exception:  # whatever is wrong with one version, the others serve
                logger.exception("refused: %s", key)
        if not loaded:
            logger.error("no model to serve in %s", models)
        return cls(catalog, loaded)

    def resolve(self, task: str, name: str | None, version: str | None) -> Loaded:
        """The loaded version that a request means.

        Raises:
            Problem: 404 there is none such, 503 it was refused.
        """
        try:
            key = self.catalog.resolve(task, name, version)
        except NotFoundError as error:
            raise Problem(404, "no-such-model", str(error)) from None
        if key not in self.loaded:
            detail = f"{key} is damaged or failed its self-test, and is not served; ask for another version"
            raise Problem(503, "model-refused", detail)
        return self.loaded[key]

    def is_ready(self) -> bool:
        """Whether every task's default model is loaded, and there is one at all."""
        catalog = self.catalog
        try:
            return bool(catalog.tasks()) and all(catalog.resolve(task) in self.loaded for task in catalog.tasks())
        except NotFoundError:
            return False


def _labels(store: Store, task: str, name: str) -> dict[str, str]:
    try:
        return store.labels(task, name)
    except ArtifactError as error:
        logger.error("%s/%s has no labels: %s", task, name, error)
        return {}


def _default(store: Store, task: str) -> str | None:
    try:
        return store.default(task)
    except ArtifactError as error:
        logger.error("%s has no default: %s", task, error)
        return None
