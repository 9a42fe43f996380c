"""The loss that tells epochs apart: that of calibrated outputs, as they are released."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from training.sentiment.calibration import BOUNDS

_TEMPERATURES = np.exp(np.linspace(*BOUNDS, 25))


class CalibratedLoss(keras.metrics.Metric):
    """The log loss of outputs (N, C), unscaled, divided by the temperature, of 25, that suits them best.

    A network that fits on grows too sure of itself before it makes more errors. A temperature mends that afterwards, so
    the plain loss would stop it too early.
    """

    def __init__(self, name: str = "calibrated_loss") -> None:
        super().__init__(name=name)
        self._sums = self.add_weight(shape=(len(_TEMPERATURES),), initializer="zeros", name="sums")
        self._count = self.add_weight(initializer="zeros", name="count")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch.

        Args:
            y_true: probabilities (N, C).
            sample_weight: not used: what is released is not calibrated by weights of classes.
        """
        scaled = y_pred[np.newaxis] / keras.ops.convert_to_tensor(_TEMPERATURES[:, np.newaxis, np.newaxis], "float32")
        losses = -keras.ops.sum(y_true * keras.ops.log_softmax(scaled, axis=-1), axis=(1, 2))
        self._sums.assign_add(losses)
        self._count.assign_add(keras.ops.cast(keras.ops.shape(y_true)[0], "float32"))

    def result(self) -> Any:
        """The least of the mean losses."""
        return keras.ops.min(self._sums) / keras.ops.maximum(self._count, 1.0)
