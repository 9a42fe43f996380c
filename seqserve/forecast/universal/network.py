"""The universal network on ONNX Runtime."""

from __future__ import annotations

import numpy as np

from seqserve.core.onnx_session import session
from seqserve.forecast.universal.features import Float32, Inputs


class Network:
    """An ONNX graph from `Inputs` to quantiles (N, H, levels), in spreads.

    Args:
        model: the bytes of `model.onnx`.
        threads: cores that one call may use.

    Raises:
        ArtifactError: ONNX Runtime cannot load the graph.
    """

    def __init__(self, model: bytes, threads: int = 1) -> None:
        self._session = session(model, "model.onnx", threads)

    def __call__(self, inputs: Inputs) -> Float32:
        (found,) = self._session.run(["y"], inputs._asdict())
        return np.asarray(found, np.float32)
