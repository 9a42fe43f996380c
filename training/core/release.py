"""Train one model, publish it and label it: what every command does in the end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seqserve.errors import LabelError
from seqserve.object_storage import publishing
from seqserve.object_storage.address import Address
from seqserve.object_storage.remote_store import opened
from seqserve.registry.artifact import Artifact
from seqserve.registry.names import is_name, is_version
from seqserve.registry.store import STABLE, Key
from training import startup_logs
from training.core import publish
from training.core.config import JobConfig
from training.core.task import Task
from training.tracking import mlflow_log


@dataclass(frozen=True)
class Published:
    """A version that was published.

    Args:
        released: whether it has the label.
    """

    version: Artifact
    key: Key
    released: bool


def prepare(models: Path | Address, label: str) -> None:
    """Check what would fail at the end, and load TensorFlow.

    Raises:
        StorageError, ValueError: the tree cannot be written, a key not be read, or the label is none.
    """
    if not is_name(label) or is_version(label):
        raise ValueError(f"--release-as {label!r} is no label: lower-case letters, digits and dashes, no number")
    publishing.check(models)
    publish.commit()  # of the code that trains, whatever is changed while it does
    publish.signer()  # a key that cannot be read is said before anything is trained
    mlflow_log.check()
    startup_logs.load_tensorflow()


def train(
    task: Task, config: JobConfig, models: Path | Address, checkpoints: Path, label: str, even_if_worse: bool
) -> Published:
    """Train a model, publish it, and label it, stable only if no baseline is better."""
    version = task.job(config).run(models, checkpoints)
    published = _label(task, version, models, label, even_if_worse)
    mlflow_log.log(version, task.scoring.decides)
    return published


def _label(task: Task, version: Artifact, models: Path | Address, label: str, even_if_worse: bool) -> Published:
    """Label a new version, stable only if no baseline is better; otherwise say so, and how to do it all the same."""
    manifest, metrics = version.manifest, version.json("metrics.json")
    key = Key(manifest.task, manifest.name, manifest.version)
    headings = task.scoring.headings
    test = metrics["test"]
    scores = ", ".join(f"{heading} {test[score]:.4g}" for score, heading in headings.items() if score in test)
    print(f"published {key}; test part: {scores}. {task.scoring.verdict(metrics)}")
    try:
        opened(models).label(key, label, even_if_worse=even_if_worse)
        print(f"labelled {label}")
    except LabelError:
        print(
            f"not labelled {STABLE}; to serve it all the same: python -m seqserve --models {models} "
            f"models label {key.task}/{key.name} {STABLE} {key.version} --even-if-worse"
        )
        return Published(version, key, released=False)
    return Published(version, key, released=True)
