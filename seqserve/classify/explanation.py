"""Which steps a label rests on: runs of steps are hidden in turn, and the fall of its log-odds is measured.

A hidden step has the usual value of each feature, its median in the training part.

Reference:
    Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, ECCV 2014 (occlusion).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Steps = npt.NDArray[np.float32]
Rows = npt.NDArray[np.float64]

MOST_STEPS = 32_768
"""Steps of the network to explain one sequence, at most: up to 181 steps each is hidden alone, else several at once."""


def runs(length: int) -> list[tuple[int, int]]:
    """Runs of steps, first and behind the last, as short as the bound on the cost allows; together all steps."""
    size = -(-length // max(1, min(length, MOST_STEPS // length)))
    return [(begin, min(begin + size, length)) for begin in range(0, length, size)]


def hidden(steps: Steps, runs: list[tuple[int, int]], usual: Steps) -> list[Steps]:
    """The sequence (T, D), each time with another run hidden.

    Args:
        usual: of each feature (D,), scaled as the steps are.
    """
    found = []
    for begin, end in runs:
        copy = steps.copy()
        copy[begin:end] = usual
        found.append(copy)
    return found


def log_odds(outputs: Rows, label: int) -> Rows:
    """Of a label, given calibrated outputs (N, C): (N,)."""
    odds: Rows = outputs[:, label] - np.logaddexp.reduce(np.delete(outputs, label, axis=1), axis=1)
    return odds
