"""The google-60x4 network as the other servers run it: raw windows to raw forecasts, on one thread."""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import numpy as np

MODEL = Path(os.environ["MODEL"])


class _Scaled(ABC):
    """A network between a min-max scaler and its inverse."""

    def __init__(self) -> None:
        scaler = json.loads((MODEL / "scaler.json").read_bytes())
        self._low, high = np.array(scaler["low"]), np.array(scaler["high"])
        self._span = high - self._low

    def __call__(self, windows: Sequence[Sequence[float]] | np.ndarray) -> list[float]:
        """Windows (N, 60) to forecasts (N,)."""
        raw = np.asarray(windows, dtype=np.float64)[:, :, np.newaxis]
        scaled = ((raw - self._low) / self._span).astype(np.float32)
        return (self._run(scaled).astype(np.float64) * self._span + self._low)[:, 0].tolist()

    @abstractmethod
    def _run(self, scaled: np.ndarray) -> np.ndarray:
        """Scaled windows (N, 60, 1) to scaled forecasts (N, 1)."""


class Onnx(_Scaled):
    """On ONNX Runtime."""

    def __init__(self) -> None:
        super().__init__()
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        path, providers = str(MODEL / "model.onnx"), ["CPUExecutionProvider"]
        self._session = onnxruntime.InferenceSession(path, options, providers=providers)

    def _run(self, scaled: np.ndarray) -> np.ndarray:
        lengths = np.full(len(scaled), scaled.shape[1], dtype=np.int32)
        return self._session.run(["y"], {"x": scaled, "lengths": lengths})[0]


class Keras(_Scaled):
    """On Keras, with `model.predict`."""

    def __init__(self) -> None:
        super().__init__()
        import keras

        self._network = keras.saving.load_model(MODEL / "weights.keras")

    def _run(self, scaled: np.ndarray) -> np.ndarray:
        return self._network.predict(scaled, verbose=0)
