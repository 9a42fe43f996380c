"""Loads versions of a models tree: new ones are tested, bad ones refused, and unchanged ones kept."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from seqserve import tasks
from seqserve.core import drift_reference
from seqserve.core.drift_reference import Reference
from seqserve.core.predictor import AnyPredictor
from seqserve.errors import ArtifactError
from seqserve.registry import bounds, files
from seqserve.registry.artifact import CONFIG, EXAMPLES, METRICS, Artifact
from seqserve.registry.store import Key, Store
from service.model_registry.loaded_models import Files, Loaded, Refused, Registry
from service.model_registry.tree_snapshot import Model, TreeSnapshot
from service.monitoring import metrics
from service.monitoring.drift import InputCounts

logger = logging.getLogger(__name__)

Describe = Mapping[str, Callable[[Any], Any]]
"""Task to what tells from the content of `config.json` what must be known of a version before it is loaded."""

_BYTES_PER_BYTE, _BYTES_PER_VERSION = 2, 2**20
"""Memory that a loaded version takes: for each byte of the files that it is built from, and beside them."""


class Loader:
    """Loads versions of one state of a tree.

    Args:
        store: reads the files.
        tree: which versions there are.
        stamps: of their files.
        before: what was served until now; what has not changed is kept.
        threads: cores that one inference may use.
        retry: whether versions that were refused get another chance though their files are the same.
    """

    def __init__(
        self, store: Store, tree: TreeSnapshot, stamps: Mapping[Key, Files], before: Registry, threads: int, retry: bool
    ) -> None:
        self._store = store
        self._tree = tree
        self._stamps = stamps
        self._before = before
        self._threads = threads
        self._versions = {
            Key(task, name, version) for (task, name), model in tree.models.items() for version in model.versions
        }
        self._descriptions: dict[Key, Any] = {}
        self.loaded = dict(before.loaded)
        self.refused = {
            key: refused
            for key, refused in before.refused.items()
            if key in self._versions and refused.files == self._files(key) and not retry
        }
        for key, held in before.loaded.items():
            if key in self._versions and held.files != self._files(key):
                self.attempt(key)

    def attempt(self, key: Key) -> bool:
        """Load a version and test it, or refuse it; returns whether it is loaded. A loaded one that is bad stays."""
        held, found = self.loaded.get(key), self._files(key)
        begin = time.perf_counter()
        try:
            proven = self._proven(key, found)
            same = held is not None and held.manifest == proven.manifest
            self.loaded[key] = replace(held, files=found) if held is not None and same else proven
            self.refused.pop(key, None)
            outcome = "ok"
        except ArtifactError as error:
            self._refuse(key, Refused(found, str(error)))
            outcome = "refused"
        except Exception:  # whatever is wrong with one version, the others are served
            logger.exception("%s cannot be loaded", key)
            self._refuse(key, Refused(found, f"{key} cannot be loaded; the log has the reason"))
            outcome = "failed"
        metrics.MODEL_LOADS.labels(key.task, outcome).inc()
        metrics.MODEL_LOAD_SECONDS.labels(key.task).observe(time.perf_counter() - begin)
        return key in self.loaded

    def arrange(self, keep: int, describe: Describe, also: Key | None) -> Registry:
        """What is served now: the labelled versions and the newest good versions of each model, loaded or not.

        Loads only what must be in memory before a label moves to it: a model that serves goes on without a pause.

        Args:
            keep: how many of the newest.
            also: another version, which is loaded, if there is one.
        """
        served: set[Key] = set()
        models = {key: self._model(*key, keep, served) for key in self._tree.models}
        if also is not None and also in self._versions and (also in self.loaded or self.attempt(also)):
            served.add(also)
        catalog = self._tree.having(models)
        loaded = {key: held for key, held in self.loaded.items() if key in served}
        self.loaded = dict(loaded)
        described = {key: self._described(key, describe) for key in served if key.task in describe}
        return Registry(self._tree, catalog, loaded, dict(self.refused), served, described)

    def _model(self, task: str, name: str, keep: int, served: set[Key]) -> Model:
        """A model as it is served; a label whose version is gone or bad stays where it was, if that is loaded."""
        found, before = self._tree.models[task, name], self._before.catalog.labels(task, name)
        labels, taking = {}, {}
        for label, version in found.labels.items():
            key, held = Key(task, name, version), Key(task, name, before.get(label, version))
            moved = held != key and held in self.loaded and key in self._versions
            if moved and key not in self.loaded and key not in self.refused:
                self.attempt(key)
            labels[label] = version
            if self._may_serve(key):
                taking[label] = found.shares.get(label, 0.0)
            elif held in self.loaded:
                labels[label] = held.version
        good = [version for version in found.versions if self._may_serve(Key(task, name, version))]
        served.update(Key(task, name, version) for version in {*good[-keep:], *labels.values()})
        gone = {version for version in labels.values() if Key(task, name, version) in self.loaded}
        versions = sorted({*found.versions, *gone}, key=int)
        return Model(versions, labels, {label: share for label, share in taking.items() if share})

    def _may_serve(self, key: Key) -> bool:
        return key in self.loaded or (key in self._versions and key not in self.refused)

    def _files(self, key: Key) -> Files:
        return self._stamps.get(key, {})

    def _refuse(self, key: Key, refused: Refused) -> None:
        held = self.loaded.get(key)
        if held is not None:
            logger.error("%s is served from memory, its files are no longer good: %s", key, refused.reason)
            self.loaded[key] = replace(held, files=refused.files)
            return
        if self._before.refused.get(key) != refused:
            logger.error("refused: %s", refused.reason)
        self.refused[key] = refused

    def _described(self, key: Key, describe: Describe) -> Any:
        """What the task tells of a version without loading it; none if its configuration cannot be read."""
        path = self._store.directory(key) / CONFIG
        if key not in self._descriptions:
            try:
                self._descriptions[key] = describe[key.task](bounds.parsed(files.read(path, bounds.JSON_BYTES)))
            except (OSError, ValueError):  # it will be refused when it is loaded
                self._descriptions[key] = None
        return self._descriptions[key]

    def _proven(self, key: Key, found: Files) -> Loaded:
        artifact = self._store.read(key)
        used = _Used(artifact.files)
        predictor = tasks.load(replace(artifact, files=used), self._threads)
        compared = _reference(artifact, predictor)
        inputs = InputCounts(key, predictor.inputs, compared.deciles)
        figures = artifact.json(METRICS)
        examples = [example["input"] for example in artifact.json(EXAMPLES)]
        size = _BYTES_PER_BYTE * used.bytes() + _BYTES_PER_VERSION
        return Loaded(key, predictor, artifact.manifest, figures, examples, compared, inputs, time.time(), found, size)


class _Used(Mapping[str, bytes]):
    """The files of a version; knows which of them were read."""

    def __init__(self, content: Mapping[str, bytes]) -> None:
        self._content = content
        self._read: set[str] = set()

    def __getitem__(self, name: str) -> bytes:
        self._read.add(name)
        return self._content[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._content)

    def __len__(self) -> int:
        return len(self._content)

    def __contains__(self, name: object) -> bool:
        return name in self._content

    def bytes(self) -> int:
        return sum(len(self._content[name]) for name in self._read)


def _reference(artifact: Artifact, predictor: AnyPredictor) -> Reference:
    try:
        return drift_reference.read(artifact, predictor)
    except ArtifactError as error:
        logger.warning("%s; it serves, but its drift is not seen", error)
        return Reference()
