"""Pictures of a model of a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seqserve.forecast.panel.intervals import PROBABILITIES
from training.core.plots import png
from training.forecast.panel import evaluate
from training.forecast.panel.candidates.candidate import Losses

if TYPE_CHECKING:
    from training.forecast.panel.loading import Data

_LOW, _HIGH = PROBABILITIES.index(0.1), PROBABILITIES.index(0.9)
_LONGEST_NAME = 40


def series(predictor: evaluate.Forecaster, data: Data, metrics: dict[str, Any]) -> bytes:
    """A PNG of the latest forecast of the best, a middling and the worst series, with 80% intervals."""
    order = sorted(metrics["mase_by_series"].items(), key=lambda item: item[1])
    places = sorted({0, len(order) // 2, len(order) - 1})
    figure = Figure(figsize=(9, 1.0 + 2.7 * len(places)), layout="constrained", dpi=80)
    grid = figure.subplots(len(places), 1, squeeze=False)
    numbers = {one.id: number for number, one in enumerate(data.panel.series)}
    for axes, place in zip(grid[:, 0], places, strict=True):
        name, error = order[place]
        _draw(axes, predictor, data, numbers[name])
        which = {0: "best", len(order) - 1: "worst"}.get(place, "middle") if len(order) > 1 else ""
        label = name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"
        axes.set_title(f"{label.replace('$', chr(92) + '$')}: MASE {error:.2f} {which}".strip())
        axes.grid(alpha=0.3)
    grid[0, 0].legend(frameon=False, ncols=3, loc="upper left")
    return png(figure)


def by_step(metrics: dict[str, Any]) -> bytes:
    """A PNG of the error at each step ahead, of the model and of its baselines."""
    figure = Figure(figsize=(9, 3.6), layout="constrained", dpi=80)
    axes = figure.subplots()
    steps = np.arange(1, len(metrics["mase_by_step"]) + 1)
    style = "o-" if len(steps) == 1 else "-"
    for name, errors in metrics["baseline_mase_by_step"].items():
        axes.plot(steps, errors, style, lw=1, alpha=0.8, label=name)
    axes.plot(steps, metrics["mase_by_step"], style, color="0.1", lw=2, label="this model")
    axes.set_xlabel("step ahead")
    axes.set_ylabel("MASE")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, fontsize="small")
    return png(figure)


def losses(seen: Losses) -> bytes:
    """A PNG of the training and the validation loss by epoch, with the epoch that was kept."""
    figure = Figure(figsize=(9, 3.0), layout="constrained", dpi=80)
    axes = figure.subplots()
    epochs = np.arange(1, len(seen.training) + 1)
    axes.plot(epochs, seen.training, "o-", ms=3, color="0.5", lw=1, label="training")
    axes.plot(epochs, seen.validation, "o-", ms=3, color="C0", lw=1.5, label="validation")
    axes.axvline(seen.best, color="0.1", lw=0.8, ls="--", label=f"epoch {seen.best}, kept")
    axes.set_xlabel("epoch")
    axes.set_ylabel("mean absolute error, in spreads")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, fontsize="small")
    return png(figure)


def _draw(axes: Axes, predictor: evaluate.Forecaster, data: Data, number: int) -> None:
    """The last window of the test part of a series."""
    test = data.parts.test
    rows = np.flatnonzero(test.series == number)
    row = rows[np.argmax(test.origins[rows])]
    one = test[np.array([row])]
    mean, grid = evaluate.forecast(predictor, one)
    whole, origin, horizon = data.panel.series[number], int(one.origins[0]), mean.shape[1]
    first = max(origin - max(4 * horizon, 3 * data.sizes.season, 20), 0)
    end = min(origin + horizon, len(whole.values))
    x = np.arange(first, origin + horizon) if whole.times is None else whole.times[first:end].to_numpy()
    ahead = x[origin - first :]
    shown = len(ahead)
    axes.fill_between(
        ahead, grid[0, :shown, _LOW], grid[0, :shown, _HIGH], color="C0", alpha=0.2, lw=0, label="80% interval"
    )
    axes.plot(x[: end - first], whole.values[first:end], color="0.1", lw=1.2, label="actual")
    axes.plot(ahead, mean[0, :shown], "o-" if shown == 1 else "-", color="C0", lw=1.5, label="forecast")
