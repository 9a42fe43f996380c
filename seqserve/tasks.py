"""The tasks of this package: a new one is a folder with a `task.py`, and a name in `NAMES`."""

from __future__ import annotations

from importlib import import_module

from seqserve.core import predictor
from seqserve.core.predictor import AnyPredictor
from seqserve.core.task import Task
from seqserve.errors import ArtifactError
from seqserve.registry.artifact import Artifact

NAMES = ("forecast", "sentiment", "translation", "classify", "tag", "complete")
TASKS: dict[str, Task] = {name: import_module(f"seqserve.{name}.task").TASK for name in NAMES}


def load(artifact: Artifact, threads: int = 1) -> AnyPredictor:
    """Load the predictor of a verified version, and replay its golden examples.

    Raises:
        ArtifactError: the task is unknown, the predictor cannot be built, or it fails an example.
    """
    return predictor.load(kind(artifact), artifact, threads)


def kind(artifact: Artifact) -> type[AnyPredictor]:
    """What predicts with a version.

    Raises:
        ArtifactError: the task is unknown.
    """
    task = TASKS.get(artifact.manifest.task)
    if task is None:
        raise ArtifactError(f"{artifact}: no predictor for this task; there are: {', '.join(TASKS)}")
    return task.predictor
