"""The models/ tree: which tasks, models, versions and labels there are.

models/<task>/labels.json             {"default": <name>}    the model of a request that names none
models/<task>/<name>/labels.json      {"stable": <version>}  what a release moves
models/<task>/<name>/shares.json      {"canary": 0.1}        labels that take a share of the traffic naming no version
models/<task>/<name>/<version>/       a version, see `seqserve.registry.artifact`
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqserve.errors import ArtifactError, LabelError, NotFoundError
from seqserve.registry import artifact
from seqserve.registry.artifact import Artifact
from seqserve.registry.names import is_name, is_version

LABELS = "labels.json"
SHARES = "shares.json"
STABLE = "stable"
DEFAULT = "default"


@dataclass(frozen=True, order=True)
class Key:
    """Which version: the names of its three directories."""

    task: str
    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.task}/{self.name} version {self.version}"


class Store:
    """A view on the tree; it holds nothing, so that it is never out of date."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def tasks(self) -> list[str]:
        """Every task that has a model."""
        return [task for task in _directories(self.root) if self.names(task)]

    def names(self, task: str) -> list[str]:
        """Every model of a task that has a version, good or bad."""
        if not is_name(task):
            return []
        return [name for name in _directories(self.root / task) if self.versions(task, name)]

    def versions(self, task: str, name: str) -> list[str]:
        """Every version of a model, good or bad, oldest first."""
        if not (is_name(task) and is_name(name)):  # no way out of the tree
            return []
        entries = _directories(self.root / task / name)
        return sorted((entry for entry in entries if is_version(entry)), key=int)

    def released(self) -> list[Key]:
        """Every version of every model of every task."""
        return [
            Key(task, name, version)
            for task in self.tasks()
            for name in self.names(task)
            for version in self.versions(task, name)
        ]

    def labels(self, task: str, name: str) -> dict[str, str]:
        """Label to version of a model."""
        return _read_labels(self.root / task / name / LABELS)

    def shares(self, task: str, name: str) -> dict[str, float]:
        """Label to the share of a model's traffic that it takes, above 0; `stable` has the rest.

        Raises:
            ArtifactError: the file cannot be read, or its shares are none.
        """
        return _read_shares(self.root / task / name / SHARES)

    def default(self, task: str) -> str | None:
        """The task's default model: the one that is labelled so, or the only one there is."""
        names = self.names(task)
        if not names:
            return None
        labelled = _read_labels(self.root / task / LABELS).get(DEFAULT)
        return labelled or (names[0] if len(names) == 1 else None)

    def resolve(self, task: str, name: str | None = None, version: str | None = None) -> Key:
        """The version a request means.

        Args:
            name: a model; none means the task's default.
            version: a version or a label; none means `stable`.

        Raises:
            NotFoundError: there is none such; the message lists what there is.
        """
        names = self.names(task)
        if not names:
            raise NotFoundError(f"there is no model for {task}; tasks that have one: {_listed(self.tasks())}")
        if name is None:
            name = self.default(task)
        if name is None:
            raise NotFoundError(f"{task} has no default model; name one of: {_listed(names)}")
        if name not in names:
            raise NotFoundError(f"{task} has no model {name!r}; there are: {_listed(names)}")
        versions, labels = self.versions(task, name), self.labels(task, name)
        if version is None:
            version = STABLE
        found = labels.get(version, version)
        if found not in versions:
            raise NotFoundError(
                f"{task} model {name!r} has no version or label {version!r}; "
                f"versions: {_listed(versions)}; labels: {_listed(list(labels))}"
            )
        return Key(task, name, found)

    def read(self, key: Key) -> Artifact:
        """Read a version and check its digests.

        Raises:
            ArtifactError: it is damaged, incomplete or foreign.
        """
        return artifact.read(self.root / key.task / key.name / key.version)

    def label(self, key: Key, label: str, *, share: float = 0.0, even_if_worse: bool = False) -> None:
        """Point a label at a version, in one step.

        Args:
            share: of the traffic that names no version, from 0 to 1; what the label had before ends.

        Raises:
            ArtifactError: the version is missing or damaged, so that no label may point at it.
            LabelError: the label is none, the shares of the model's labels would be more than all there is, or
                the label is `stable`, which needs `even_if_worse` on a version that loses against a baseline.
        """
        self._check(key, label, share, even_if_worse)
        model = self.root / key.task / key.name
        with _locked(model):
            labels, shares = _read_labels(model / LABELS), _read_shares(model / SHARES)
            others = {other: taken for other, taken in shares.items() if other != label}
            wanted = {**others, label: share} if share else others
            if not _fits(wanted.values()):
                raise LabelError(
                    f"{_listed(sorted(others))} take {sum(others.values()):g} already: {share:g} is too much"
                )
            if wanted != shares:  # before the label moves, so that a new version never gets an old one's share
                _write(model / SHARES, wanted)
            _write(model / LABELS, {**labels, label: key.version})

    def _check(self, key: Key, label: str, share: float, even_if_worse: bool) -> None:
        if not is_name(label) or is_version(label):
            raise LabelError(f"{label!r} is no label: lower-case letters, digits and dashes, and not a version")
        if label == DEFAULT:
            raise LabelError("default is no label of versions: a model is made its task's with 'models default'")
        if not 0 <= share <= 1 or (share and label == STABLE):
            raise LabelError(f"a share is between 0 and 1, and {STABLE} takes what the others leave")
        metrics = self.read(key).json(artifact.METRICS)
        if not isinstance(metrics, dict):
            raise ArtifactError(f"{key}: {artifact.METRICS} is no object of metrics; publish it again")
        lost = list(map(str, metrics.get("worse_than", [])))
        if label == STABLE and lost and not even_if_worse:
            raise LabelError(
                f"{key} does worse than {_listed(lost)}: to label it {STABLE} all the same, say so with "
                '--even-if-worse, over HTTP with "even_if_worse": true'
            )

    def set_default(self, task: str, name: str) -> None:
        """Make a model the task's default.

        Raises:
            NotFoundError: there is no such model, or it has no `stable` version to serve.
        """
        key = self.resolve(task, name)
        with _locked(self.root / task):
            _write(self.root / task / LABELS, {**_read_labels(self.root / task / LABELS), DEFAULT: key.name})


def _directories(path: Path) -> list[str]:
    if not path.is_dir():
        return []
    return sorted(entry.name for entry in path.iterdir() if entry.is_dir() and is_name(entry.name))


def _read_labels(path: Path) -> dict[str, str]:
    return _read(path, "labels to strings", lambda values: all(isinstance(value, str) for value in values))


def _read_shares(path: Path) -> dict[str, float]:
    def are_shares(values: Collection[Any]) -> bool:
        return all(type(value) in (int, float) and 0 < value <= 1 for value in values) and _fits(values)

    return _read(path, "labels to shares above 0 and at most 1 in all", are_shares)


def _fits(shares: Collection[float]) -> bool:
    return sum(shares) <= 1 + 1e-9  # ten times 0.1 may be a little more than 1


def _read(path: Path, holds: str, are_right: Callable[[Collection[Any]], bool]) -> dict[str, Any]:
    """The object in a JSON file, if its values are right; a missing file is an empty one."""
    name = f"{path.parent.name}/{path.name}"
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ArtifactError(f"{name} cannot be read: {error.strerror}; correct it by hand") from None
    except (ValueError, RecursionError) as error:
        raise ArtifactError(f"{name} is not JSON: {error}; correct it by hand") from None
    if not isinstance(content, dict) or not are_right(content.values()):
        raise ArtifactError(f"{name} must map {holds}; correct it by hand")
    return content


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Two that write at once would each drop what the other wrote."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, content: Mapping[str, Any]) -> None:
    staging = path.with_name(f".{path.name}")
    with staging.open("w") as file:
        json.dump(content, file, indent=1, sort_keys=True)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    staging.replace(path)


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"
