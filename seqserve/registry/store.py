"""Reads, signs and labels the versions of a models tree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seqserve.errors import ArtifactError, LabelError, NotFoundError
from seqserve.registry import artifact, audit, label_files
from seqserve.registry.artifact import Artifact
from seqserve.registry.audit import Author, Change
from seqserve.registry.label_files import LABELS, SHARES
from seqserve.registry.names import is_name, is_version
from seqserve.registry.signatures import Signer, TrustedKeys
from seqserve.registry.tree import DEFAULT, STABLE, Key, Tree, listed

__all__ = ["DEFAULT", "STABLE", "Key", "Store"]


class Store(Tree):
    """A tree whose versions can be read, and whose labels can be moved.

    Args:
        trusted: keys of which one must have signed a version that is read; none means that it needs no signature.
    """

    def __init__(self, root: Path, trusted: TrustedKeys | None = None) -> None:
        super().__init__(root)
        self.trusted = trusted

    def read(self, key: Key) -> Artifact:
        """Read a version and check its digests.

        Raises:
            ArtifactError: it is damaged, incomplete, foreign, or not signed as it must be.
        """
        return artifact.read(self.directory(key), self.trusted)

    def sign(self, key: Key, signer: Signer) -> None:
        """Sign a version, beside the signatures that it has.

        Raises:
            ArtifactError: it is damaged.
        """
        artifact.sign(self.directory(key), signer)

    def label(
        self, key: Key, label: str, *, share: float = 0.0, even_if_worse: bool = False, author: Author | None = None
    ) -> Change:
        """Point a label at a version, in one step, and record it.

        If the task has a default model only because no other is stable, that model is labelled so before another is.

        Args:
            share: of the traffic that names no version, from 0 to 1; what the label had before ends.
            author: who does it; none means the user of this process.

        Raises:
            ArtifactError: the version is missing or damaged, so that no label may point at it.
            LabelError: the label is none, the shares of the model's labels would be more than all there is, or
                the label is `stable`, which needs `even_if_worse` on a version that loses against a baseline.
        """
        self._check(key, label, share, even_if_worse)
        model = self.root / key.task / key.name
        with self._keeping_default(key, label), self.changing(model):
            labels, shares = label_files.labels(model / LABELS), label_files.shares(model / SHARES)
            others = {other: taken for other, taken in shares.items() if other != label}
            wanted = {**others, label: share} if share else others
            if not label_files.fit(wanted.values()):
                raise LabelError(
                    f"{listed(sorted(others))} take {sum(others.values()):g} already: {share:g} is too much"
                )
            if wanted != shares:  # before the label moves, so that a new version never gets an old one's share
                label_files.write(model / SHARES, wanted)
            label_files.write(model / LABELS, {**labels, label: key.version})
            shares_of_it = (shares.get(label, 0.0), share)
            change = Change("label moved", key.task, key.name, label, labels.get(label), key.version, *shares_of_it)
            self._record(change, author or audit.user())
        return change

    def unlabel(self, task: str, name: str, label: str, author: Author | None = None) -> Change:
        """Remove a label and its share, and record it.

        Args:
            author: who does it; none means the user of this process.

        Raises:
            NotFoundError: there is no such model or label.
            LabelError: it is `stable` of the task's default model, so that requests that name no model would fail.
        """
        if name not in self.names(task):
            raise NotFoundError(f"{task} has no model {name!r}; there are: {listed(self.names(task))}")
        model = self.root / task / name
        with (
            self.changing(self.root / task),
            self.changing(model),
        ):  # nobody makes the model its task's default meanwhile
            labels, shares = label_files.labels(model / LABELS), label_files.shares(model / SHARES)
            if label not in labels:
                raise NotFoundError(f"{task}/{name} has no label {label!r}; there are: {listed(sorted(labels))}")
            if label == STABLE and name == self.default(task):
                raise LabelError(
                    f"{name} is the default of {task}, and would have no version to answer with: "
                    f"make another model the default first, or move {STABLE}"
                )
            label_files.write(model / LABELS, {other: version for other, version in labels.items() if other != label})
            if label in shares:  # after the label, without which it takes none
                label_files.write(model / SHARES, {other: share for other, share in shares.items() if other != label})
            change = Change("label removed", task, name, label, labels[label], None, shares.get(label, 0.0))
            self._record(change, author or audit.user())
        return change

    def fetch(self) -> None:
        """Bring the tree up to date with where it comes from; one on disk always is."""

    @contextmanager
    def changing(self, directory: Path) -> Iterator[None]:
        """Hold the files of labels and shares in a directory, to change them."""
        with label_files.locked(directory):
            yield

    @contextmanager
    def _keeping_default(self, key: Key, label: str) -> Iterator[None]:
        """Let the task's default be what it was, while another model becomes stable."""
        if label != STABLE or STABLE in self.labels(key.task, key.name):
            yield
            return
        directory = self.root / key.task
        with self.changing(directory):
            try:
                is_labelled, kept = self.labelled_default(key.task), self.default(key.task)
                is_kept = not is_labelled and kept and kept != key.name and STABLE in self.labels(key.task, kept)
            except ArtifactError:  # nobody knows what it is
                is_kept = False
            yield
            if is_kept:
                label_files.write(directory / LABELS, {**label_files.labels(directory / LABELS), DEFAULT: kept})

    def _record(self, change: Change, author: Author) -> None:
        """Record a change, while the files that it is about are held."""
        audit.append(self.root, change, author)

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
                f"{key} does worse than {listed(lost)}: to label it {STABLE} all the same, say so with "
                '--even-if-worse, over HTTP with "even_if_worse": true'
            )

    def set_default(self, task: str, name: str, author: Author | None = None) -> Change:
        """Make a model the task's default, and record it.

        Args:
            author: who does it; none means the user of this process.

        Raises:
            NotFoundError: there is no such model, or it has no `stable` version to serve.
        """
        key = self.resolve(task, name)
        with self.changing(self.root / task):
            before = self.default(task)
            label_files.write(
                self.root / task / LABELS, {**label_files.labels(self.root / task / LABELS), DEFAULT: key.name}
            )
            change = Change("default changed", task, key.name, None, before, key.name)
            self._record(change, author or audit.user())
        return change
