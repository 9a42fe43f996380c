"""The scores of a classifier."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.metrics import accuracy_score, f1_score, log_loss

Rows = npt.NDArray[np.float64]
Classes = npt.NDArray[np.int32]

_BINS = 15


def scores(actual: Classes, probabilities: Rows) -> dict[str, float]:
    """Accuracy, macro F1, log loss and expected calibration error.

    Args:
        actual: (N,), class numbers.
        probabilities: (N, C).

    Reference:
        Guo et al., On Calibration of Modern Neural Networks, ICML 2017 (calibration error, 15 bins).
    """
    predicted = probabilities.argmax(axis=1)
    classes = np.arange(probabilities.shape[1])
    return {
        "accuracy": float(accuracy_score(actual, predicted)),
        "macro_f1": float(f1_score(actual, predicted, labels=classes, average="macro", zero_division=0)),
        "log_loss": float(log_loss(actual, probabilities, labels=classes)),
        "calibration_error": calibration_error(actual, probabilities),
    }


def calibration_error(actual: Classes, probabilities: Rows) -> float:
    """By how much confidence and accuracy differ, on average over bins of equal width."""
    confidence, hit = probabilities.max(axis=1), probabilities.argmax(axis=1) == actual
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [abs(np.sum(confidence[bins == number] - hit[bins == number])) for number in range(_BINS)]
    return float(np.sum(gaps) / len(actual))
