"""Calibration of a classifier: the temperature of its probabilities, and the shares of its two halves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax

from training.sentiment.metrics import Classes, Rows

Weights = npt.NDArray[np.float64] | None
"""Of the texts (N,); none: all count the same."""


FEWEST = 50
"""Texts; fewer cannot tell how sure a model may be of itself."""
_FEWEST_OF_LABEL = 5
BOUNDS = (np.log(0.5), np.log(10))
"""Of the logarithm of a temperature."""


def temperature(actual: Classes, outputs: Rows, weights: Weights = None) -> float:
    """What the outputs (N, C) are divided by for the least log loss, between 0.5 and 10.

    A validation part without an error would ask for 0, which is more certainty than it can give reason for.
    """

    def loss(log_temperature: float) -> float:
        return _log_loss(actual, outputs / np.exp(log_temperature), weights)

    least = minimize_scalar(loss, bounds=BOUNDS, method="bounded")
    return float(np.exp(least.x))


def calibrated_loss(actual: Classes, outputs: Rows, weights: Weights = None) -> float:
    """The log loss of outputs (N, C) at their best temperature."""
    return _log_loss(actual, outputs / temperature(actual, outputs, weights), weights)


def unseen_loss(targets: Rows, outputs: Rows, several: bool) -> float:
    """The log loss of outputs (N, C) from cross-validation, where a label of a single text was never to be seen.

    Args:
        targets: (N, C), 1 for the labels that a text has.
        several: whether a text may have several.
    """
    if several:
        return float(np.mean(np.logaddexp(0, outputs) - targets * outputs))
    seen = targets[:, targets.sum(axis=0) > 1].any(axis=1)
    return calibrated_loss(targets[seen].argmax(axis=1).astype(np.int32), outputs[seen])


def unseen_temperature(targets: Rows, outputs: Rows, several: bool) -> float | None:
    """The temperature of outputs (N, C) from cross-validation; none if the texts are too few to tell.

    Args:
        targets, several: see `unseen_loss`.
    """
    seen = targets[:, targets.sum(axis=0) > 1].any(axis=1)
    if np.count_nonzero(seen) < FEWEST:
        return None
    if not several:
        return temperature(targets[seen].argmax(axis=1).astype(np.int32), outputs[seen])

    def loss(log_temperature: float) -> float:
        return unseen_loss(targets, outputs / np.exp(log_temperature), several)

    return float(np.exp(minimize_scalar(loss, bounds=BOUNDS, method="bounded").x))


def thresholds(targets: Rows, probabilities: Rows) -> list[float]:
    """The probability from which on a text has a label, for each of them: the one with the best F1.

    Args:
        targets: (N, C), 1 for the labels that a text has.
        probabilities: (N, C), of models that did not see the texts. A label of fewer than five texts gets one half.
    """
    found = []
    for has, scores in zip(targets.T > 0, probabilities.T, strict=True):
        order = np.argsort(-scores, kind="stable")
        hits = np.cumsum(has[order])
        f1 = 2 * hits / (np.arange(1, len(has) + 1) + max(1, has.sum()))
        last = int(np.argmax(f1))
        below = scores[order[last + 1]] if last + 1 < len(order) else 0.0
        middle = float(scores[order[last]] + below) / 2
        found.append(min(max(middle, 0.01), 0.99) if has.sum() >= _FEWEST_OF_LABEL else 0.5)
    return found


def shares(actual: Classes, first: Rows, second: Rows, weights: Weights = None) -> tuple[float, float]:
    """What the outputs (N, C) of two models are multiplied by, so that their sum has the least log loss.

    Reference:
        Wolpert, Stacked Generalization, 1992.
    """

    def loss(factors: Rows) -> float:
        return _log_loss(actual, factors[0] * first + factors[1] * second, weights)

    found = minimize(loss, x0=[0.5, 0.5], bounds=[(0.05, 2), (0.05, 2)], method="L-BFGS-B")
    return float(found.x[0]), float(found.x[1])


def _log_loss(actual: Classes, outputs: Rows, weights: Weights) -> float:
    return -float(np.average(log_softmax(outputs, axis=1)[np.arange(len(actual)), actual], weights=weights))
