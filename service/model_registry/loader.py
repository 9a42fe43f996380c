"""Loads a models tree: new versions are tested, bad ones refused, and unchanged ones kept."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

from seqserve import tasks
from seqserve.core import drift_reference
from seqserve.core.drift_reference import Reference
from seqserve.core.predictor import AnyPredictor
from seqserve.errors import ArtifactError
from seqserve.registry.artifact import EXAMPLES, METRICS, Artifact
from seqserve.registry.store import Key
from service.model_registry.loaded_models import Loaded, Refused, Registry
from service.model_registry.tree_snapshot import Model, Stamps, TreeSnapshot, by_version
from service.monitoring.drift import InputCounts

logger = logging.getLogger(__name__)


class Loader:
    """Loads a tree that has changed.

    Args:
        tree: as it is now, and the stamps of its files.
        before: what was served of it until now.
        threads: cores that one inference may use.
        retry: whether versions that were refused get another chance though their files are the same.
    """

    def __init__(self, tree: TreeSnapshot, stamps: Stamps, before: Registry, threads: int, retry: bool) -> None:
        self._tree = tree
        self._files = by_version(stamps)
        self._before = before
        self._threads = threads
        self._retry = retry
        self._loaded: dict[Key, Loaded] = {}
        self._refused: dict[Key, Refused] = {}

    def load(self, keep: int, also: Key | None = None) -> Registry:
        """Load the labelled versions and the newest good versions of each model.

        Args:
            keep: how many of the newest.
            also: another version.
        """
        models = {(task, name): self._model(task, name, keep) for task, name in self._tree.models}
        if also is not None:
            self._has(also)
        return Registry(self._tree, self._tree.having(models), self._loaded, self._refused)

    def _model(self, task: str, name: str, keep: int) -> Model:
        """A model as it is served; a label whose version is gone or bad stays where it was."""
        found = self._tree.models[task, name]
        labels, taking = {}, {}
        for label, version in found.labels.items():
            labels[label] = version
            if self._has(Key(task, name, version)):
                taking[label] = found.shares.get(label, 0.0)
                continue
            held = self._before.catalog.labels(task, name).get(label)
            if held is not None and self._has(Key(task, name, held)):
                labels[label] = held
        newest = 0
        for version in reversed(found.versions):
            if newest < keep:
                newest += self._has(Key(task, name, version))
        served = {version for version in labels.values() if Key(task, name, version) in self._loaded}
        versions = sorted({*found.versions, *served}, key=int)
        return Model(versions, labels, {label: share for label, share in taking.items() if share})

    def _has(self, key: Key) -> bool:
        """Whether a version is loaded; tries to load it if that was not tried yet."""
        if key not in self._loaded and key not in self._refused:
            self._attempt(key, self._files.get(key, {}))
        return key in self._loaded

    def _attempt(self, key: Key, found: Stamps) -> None:
        held, refused = self._before.loaded.get(key), self._before.refused.get(key)
        is_there = key.version in self._tree.versions(key.task, key.name)
        if held is not None and (found == held.files or not is_there):
            self._loaded[key] = held
        elif refused is not None and found == refused.files and not self._retry:
            self._refused[key] = refused
        elif is_there:
            try:
                proven = self._proven(key, found)
                same = held is not None and held.manifest == proven.manifest
                self._loaded[key] = replace(held, files=found) if held is not None and same else proven
            except ArtifactError as error:
                self._refuse(key, Refused(found, str(error)))
            except Exception:  # whatever is wrong with one version, the others are served
                logger.exception("%s cannot be loaded", key)
                self._refuse(key, Refused(found, f"{key} cannot be loaded; the log has the reason"))

    def _refuse(self, key: Key, refused: Refused) -> None:
        held = self._before.loaded.get(key)
        if held is not None:
            logger.error("%s is served from memory, its files are no longer good: %s", key, refused.reason)
            self._loaded[key] = replace(held, files=refused.files)
            return
        if self._before.refused.get(key) != refused:
            logger.error("refused: %s", refused.reason)
        self._refused[key] = refused

    def _proven(self, key: Key, found: Stamps) -> Loaded:
        artifact = self._tree.read(key)
        predictor = tasks.load(artifact, self._threads)
        compared = _reference(artifact, predictor)
        inputs = InputCounts(key, predictor.inputs, compared.deciles)
        figures = artifact.json(METRICS)
        examples = [example["input"] for example in artifact.json(EXAMPLES)]
        return Loaded(key, predictor, artifact.manifest, figures, examples, compared, inputs, time.time(), found)


def _reference(artifact: Artifact, predictor: AnyPredictor) -> Reference:
    try:
        return drift_reference.read(artifact, predictor)
    except ArtifactError as error:
        logger.warning("%s; it serves, but its drift is not seen", error)
        return Reference()
