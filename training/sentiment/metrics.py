"""The scores of a classifier."""

from __future__ import annotations

from collections.abc import Sequence

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


def scores_of_several(targets: Rows, probabilities: Rows, thresholds: Sequence[float]) -> dict[str, float]:
    """The same scores where a text may have several labels: accuracy is the share of texts with exactly their labels.

    Log loss and calibration error are those of single decisions, whether a text has a label.

    Args:
        targets: (N, C), 1 for the labels that a text has.
        probabilities: (N, C); thresholds: (C,).
    """
    answered = probabilities >= np.array(thresholds)
    sure = np.clip(probabilities, 1e-9, 1 - 1e-9)
    right = np.where(targets > 0, sure, 1 - sure).ravel()
    decisions = np.stack([1 - sure.ravel(), sure.ravel()], axis=1)
    return {
        "accuracy": float((answered == (targets > 0)).all(axis=1).mean()),
        "macro_f1": float(f1_score(targets > 0, answered, average="macro", zero_division=0)),
        "log_loss": float(-np.log(right).mean()),
        "calibration_error": calibration_error((targets.ravel() > 0).astype(np.int32), decisions),
    }


def calibration_error(actual: Classes, probabilities: Rows) -> float:
    """By how much confidence and accuracy differ, on average over bins of equal width.

    Args:
        actual: classes (N,).
        probabilities: (N, C).

    Reference:
        Guo et al., On Calibration of Modern Neural Networks, ICML 2017.
    """
    confidence, hit = probabilities.max(axis=1), probabilities.argmax(axis=1) == actual
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [abs(np.sum(confidence[bins == number] - hit[bins == number])) for number in range(_BINS)]
    return float(np.sum(gaps) / len(actual))
