"""Plots that are saved with a version."""

from __future__ import annotations

import io

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay, confusion_matrix

from seqserve.core.arrays import Floats

mpl.use("Agg")

_LONGEST = 30


def actual_and_predicted(
    title: str, times: pd.DatetimeIndex | None, actual: Floats, predicted: Floats, baseline: Floats, half: Floats | None
) -> bytes:
    """A PNG of the next step over the test part: what came, what was predicted, the last value.

    Args:
        actual, predicted, baseline: (N,), in the data's units.
        half: half the width of the 95% interval, (N,), if there is one.
    """
    x = np.arange(len(actual)) if times is None else times.to_numpy()
    figure = Figure(figsize=(9, 4.5), layout="constrained", dpi=80)
    axes = figure.subplots()
    if half is not None:
        axes.fill_between(x, predicted - half, predicted + half, color="C0", alpha=0.15, lw=0, label="95% interval")
    axes.plot(x, baseline, color="0.6", lw=1, ls="--", label="last value")
    axes.plot(x, actual, color="0.1", lw=1.3, label="actual")
    axes.plot(x, predicted, color="C0", lw=1.3, label="predicted")
    axes.set_title(title)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, ncols=4, loc="upper left")
    if times is not None:
        figure.autofmt_xdate()
    return png(figure)


def confusion(title: str, labels: list[str], actual: npt.NDArray[np.int32], predicted: npt.NDArray[np.intp]) -> bytes:
    """A PNG of how many of N texts of each label were given which.

    Args:
        actual, predicted: (N,), places in `labels`.
    """
    size = max(4.0, 0.7 * len(labels) + 2)
    figure = Figure(figsize=(size + 0.5, size), layout="constrained", dpi=80)
    axes = figure.subplots()
    matrix = confusion_matrix(actual, predicted, labels=np.arange(len(labels)))
    ConfusionMatrixDisplay(matrix, display_labels=list(map(_shown, labels))).plot(ax=axes, cmap="Blues", colorbar=False)
    axes.tick_params(axis="x", rotation=30)
    axes.set_title(title)
    return png(figure)


def _shown(label: str) -> str:
    """A label as it is, not as a formula, and no longer than there is room for."""
    return (label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…").replace("$", r"\$")


def png(figure: Figure) -> bytes:
    """A figure as a file."""
    image = io.BytesIO()
    figure.savefig(image, format="png", metadata={"Software": None})
    return image.getvalue()
