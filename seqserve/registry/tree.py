"""A models tree: which tasks, models, versions and labels there are.

models/<task>/labels.json             {"default": <name>}    the model of a request that names none
models/<task>/<name>/labels.json      {"stable": <version>}  what a release moves
models/<task>/<name>/shares.json      {"canary": 0.1}        labels that take a share of the traffic naming no version
models/<task>/<name>/<version>/       a version, see `seqserve.registry.artifact`
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from seqserve.errors import ArtifactError, NotFoundError
from seqserve.registry import label_files
from seqserve.registry.label_files import LABELS, SHARES
from seqserve.registry.names import is_name, is_version

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


class Tree:
    """A view on a tree; it holds nothing, so that it is never out of date."""

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
        return label_files.labels(self.root / task / name / LABELS)

    def shares(self, task: str, name: str) -> dict[str, float]:
        """Label to the share of a model's traffic that it takes, above 0; `stable` has the rest.

        Raises:
            ArtifactError: the file cannot be read, or its shares are none.
        """
        return label_files.shares(self.root / task / name / SHARES)

    def default(self, task: str) -> str | None:
        """The task's default model: the one that is labelled so, or the only one, or the only one that is stable.

        Raises:
            ArtifactError: the file that labels it cannot be read.
        """
        names = self.names(task)
        if not names:
            return None
        return self.labelled_default(task) or only(names, lambda name: self._may_be_stable(task, name))

    def labelled_default(self, task: str) -> str | None:
        """The model that is labelled as the task's default, if there is such a label.

        Raises:
            ArtifactError: the file of labels cannot be read.
        """
        return label_files.labels(self.root / task / LABELS).get(DEFAULT)

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
            raise NotFoundError(f"there is no model for {task}; tasks that have one: {listed(self.tasks())}")
        if name is None:
            name = self.default(task)
        if name is None:
            raise NotFoundError(f"{task} has no default model; name one of: {listed(names)}")
        if name not in names:
            raise NotFoundError(f"{task} has no model {name!r}; there are: {listed(names)}")
        versions, labels = self.versions(task, name), self.labels(task, name)
        if version is None:
            version = STABLE
        found = labels.get(version, version)
        if found not in versions:
            raise NotFoundError(
                f"{task} model {name!r} has no version or label {version!r}; "
                f"versions: {listed(versions)}; labels: {listed(list(labels))}"
            )
        return Key(task, name, found)

    def resolve_stated(self, task: str, stated: str | None) -> Key:
        """The version of a task that `name` or `name@version` means, or the default if nothing is stated.

        Raises:
            NotFoundError: there is none such.
        """
        name, _, version = (stated or "").removeprefix(f"{task}/").partition("@")
        return self.resolve(task, name or None, version or None)

    def resolve_path(self, path: str) -> Key:
        """The version that `task/name` or `task/name@version` means, as people write it on the command line.

        Raises:
            ValueError: the path names no model.
            NotFoundError: there is none such.
        """
        task, _, stated = path.partition("/")
        if not stated.partition("@")[0]:
            raise ValueError(f"{path!r} names no model; write task/name or task/name@version, as forecast/google@2")
        return self.resolve_stated(task, stated)

    def _may_be_stable(self, task: str, name: str) -> bool:
        try:
            return STABLE in self.labels(task, name)
        except ArtifactError:  # nobody knows
            return True

    def directory(self, key: Key) -> Path:
        """Where the files of a version are."""
        return self.root / key.task / key.name / key.version


def only(names: Sequence[str], may_be_stable: Callable[[str], bool]) -> str | None:
    """The model that is a task's default without being labelled so; none if there are several."""
    found = names if len(names) == 1 else [name for name in names if may_be_stable(name)]
    return found[0] if len(found) == 1 else None


def _directories(path: Path) -> list[str]:
    """The directories in one, by name; without those that cannot be looked at, which a `TreeScan` names."""
    try:
        entries = list(path.iterdir())
    except OSError:
        return []
    return sorted(entry.name for entry in entries if is_name(entry.name) and _is_directory(entry))


def _is_directory(entry: Path) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def listed(names: list[str]) -> str:
    """Names for a message."""
    return ", ".join(names) or "none"
