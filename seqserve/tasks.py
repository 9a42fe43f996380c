"""Which predictor serves which task: the one list that a new task is added to."""

from __future__ import annotations

from typing import Any

from seqserve.core import predictor
from seqserve.core.predictor import Predictor
from seqserve.errors import ArtifactError
from seqserve.forecast.predictor import Forecaster
from seqserve.registry.artifact import Artifact
from seqserve.sentiment.predictor import Classifier
from seqserve.translation.predictor import Translator

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
