"""Which predictor serves which task: the one list that a new task is added to."""

from __future__ import annotations

from typing import Any

from seqserve import predictor
from seqserve.artifact import Artifact
from seqserve.classifier import Classifier
from seqserve.errors import ArtifactError
from seqserve.forecaster import Forecaster
from seqserve.predictor import Predictor
from seqserve.translator import Translator

PREDICTORS: dict[str, type[Predictor[Any, Any, Any, Any]]] = {
    "forecast": Forecaster,
    "sentiment": Classifier,
    "translation": Translator,
}


def load(artifact: Artifact, threads: int = 1) -> Predictor[Any, Any, Any, Any]:
    """A verified version's predictor, proven on its golden examples.

    Raises:
        ArtifactError: its task is unknown, it cannot be built, or it fails an example.
    """
    kind = PREDICTORS.get(artifact.manifest.task)
    if kind is None:
        raise ArtifactError(f"{artifact}: no predictor for this task; there are: {', '.join(PREDICTORS)}")
    return predictor.load(kind, artifact, threads)
