"""The models/ tree: which tasks, models, versions and labels there are.

models/<task>/labels.json             {"default": <name>}    the model of a request that names none
models/<task>/<name>/labels.json      {"stable": <version>}  what a release moves
models/<task>/<name>/<version>/       a version, see `seqserve.artifact`
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path

from seqserve import artifact
from seqserve.artifact import Artifact
from seqserve.errors import ArtifactError, LabelError, NotFoundError

LABELS = "labels.json"
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
        if not artifact.NAME.fullmatch(task):
            return []
        return [name for name in _directories(self.root / task) if self.versions(task, name)]

    def versions(self, task: str, name: str) -> list[str]:
        """Every version of a model, good or bad, oldest first."""
        if not (artifact.NAME.fullmatch(task) and artifact.NAME.fullmatch(name)):  # no way out of the tree
            return []
        entries = _directories(self.root / task / name)
        return sorted((entry for entry in entries if artifact.is_version(entry)), key=int)

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

    def label(self, key: Key, label: str, *, even_if_worse: bool = False) -> None:
        """Point a label at a version, in one step.

        Raises:
            ArtifactError: the version is missing or damaged, so that no label may point at it.
            LabelError: the label is none, or is `stable`, which needs `even_if_worse` on a version that
                loses against a baseline.
        """
        if not artifact.NAME.fullmatch(label) or artifact.is_version(label):
            raise LabelError(f"{label!r} is no label: lower-case letters, digits and dashes, and not a version")
        metrics = self.read(key).json(artifact.METRICS)
        if not isinstance(metrics, dict):
            raise ArtifactError(f"{key}: {artifact.METRICS} is no object of metrics; publish it again")
        lost = list(map(str, metrics.get("worse_than", [])))
        if label == STABLE and lost and not even_if_worse:
            raise LabelError(
                f"{key} does worse than {_listed(lost)}: label it {STABLE} all the same with --even-if-worse"
            )
        _write_labels(self.root / key.task / key.name / LABELS, label, key.version)

    def set_default(self, task: str, name: str) -> None:
        """Make a model the task's default.

        Raises:
            NotFoundError: there is no such model, or it has no `stable` version to serve.
        """
        _write_labels(self.root / task / LABELS, DEFAULT, self.resolve(task, name).name)


def _directories(path: Path) -> list[str]:
    if not path.is_dir():
        return []
    return sorted(entry.name for entry in path.iterdir() if entry.is_dir() and artifact.NAME.fullmatch(entry.name))


def _read_labels(path: Path) -> dict[str, str]:
    name = f"{path.parent.name}/{path.name}"
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ArtifactError(f"{name} cannot be read: {error.strerror}; mend it by hand") from None
    except (ValueError, RecursionError) as error:
        raise ArtifactError(f"{name} is not JSON: {error}; mend it by hand") from None
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        raise ArtifactError(f"{name} must map labels to strings; mend it by hand")
    return content


def _write_labels(path: Path, label: str, value: str) -> None:
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)  # two that write at once would each drop the other's label
        labels = {**_read_labels(path), label: value}
        staging = path.with_name(f".{path.name}")
        with staging.open("w") as file:
            json.dump(labels, file, indent=1, sort_keys=True)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        staging.replace(path)
        os.fsync(directory)
    finally:
        os.close(directory)


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"
