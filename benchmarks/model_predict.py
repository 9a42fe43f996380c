"""The service with Keras' `model.predict` in the place of ONNX Runtime; all else is the same.

    bentoml serve benchmarks.model_predict:SeqServe

What waits for the network goes in as one batch, padded to its longest text, as one does.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Self

import numpy as np

from seqserve import tasks
from seqserve.core import length_batching
from seqserve.registry.artifact import Artifact
from seqserve.sentiment import predictor
from seqserve.sentiment.predictor import Classifier
from service.service import SeqServe

__all__ = ["SeqServe"]


class KerasClassifier(Classifier):
    """A version whose outputs are computed by the Keras network that was exported from."""

    @classmethod
    def load(cls, artifact: Artifact, threads: int = 1) -> Self:
        served = super().load(artifact, threads)
        served._network = _Network(artifact.file("weights.keras"))
        return served


class _Network:
    def __init__(self, weights: bytes) -> None:
        os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
        import keras  # here, as BentoML's supervisor imports this module too

        import training.sentiment.ngrams  # noqa: F401 - registers the layers of our own

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "weights.keras"
            path.write_bytes(weights)
            self._network = keras.saving.load_model(path)

    def __call__(self, x: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        return self._network.predict([x, lengths], batch_size=len(x), verbose=0)


predictor._BATCH_STEPS = length_batching.OVERHEAD = sys.maxsize
tasks.PREDICTORS["sentiment"] = KerasClassifier
