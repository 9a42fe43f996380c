"""The service with Keras' `model.predict` instead of ONNX Runtime; everything else is the same.

    bentoml serve benchmarks.model_predict:SeqServe

Waiting texts form one batch, padded to the longest, as is usual.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from seqserve import tasks
from seqserve.registry.artifact import Artifact
from seqserve.sentiment import predictor
from seqserve.sentiment.predictor import Classifier
from service.service import SeqServe

__all__ = ["SeqServe"]


class KerasClassifier(Classifier):
    """A version that computes its outputs with the Keras network it was exported from."""

    @classmethod
    def load_network(cls, artifact: Artifact, threads: int) -> _Network:
        return _Network(artifact.file("weights.keras"))


class _Network:
    def __init__(self, weights: bytes) -> None:
        os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
        import keras  # here, as BentoML's supervisor imports this module too

        import training.sentiment.linear.ngrams  # noqa: F401 - registers the layers of our own

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "weights.keras"
            path.write_bytes(weights)
            self._network = keras.saving.load_model(path)

    def __call__(self, x: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        return self._network.predict([x, lengths], batch_size=len(x), verbose=0)


def _one_run(lengths: Sequence[int], most_steps: int) -> list[list[int]]:
    """Replaces `length_batching.packed`: all rows in one run, the longest first."""
    return [sorted(range(len(lengths)), key=lambda index: -lengths[index])]


predictor.packed = _one_run
tasks.TASKS["sentiment"] = replace(tasks.TASKS["sentiment"], predictor=KerasClassifier)
