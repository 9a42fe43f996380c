"""Ridge regression that a few wild windows don't sway, direct for each step ahead, over a grid of penalties.

Reference:
    Huber, Robust Estimation of a Location Parameter, 1964; here one round of reweighting.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.forecast.panel.graphs import Graph
from seqserve.forecast.panel.inputs.features import Features
from training.onnx import graph as onnx_graph
from training.onnx.graph import ExportError

PENALTIES = tuple(float(10.0**power) for power in (-1, 0.5, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6))
_FIRST = 100.0
"""Penalty of the fit that tells which windows are wild."""
_TOLERANCE = 1e-3
"""How far the graph may be from NumPy, in spreads; it computes in single precision."""


@dataclass(frozen=True)
class Ridge:
    """Weights in the units of the features.

    Args:
        shared: (F, H). steps: (H, G). constant: (H,).
    """

    shared: Floats
    steps: Floats
    constant: Floats

    def __call__(self, features: Features) -> Floats:
        """Predictions (N, H)."""
        each = np.einsum("nhg,hg->nh", features.steps, self.steps)
        found: Floats = features.shared @ self.shared + each + self.constant
        return found


def fit(
    features: Features, targets: Floats, importance: Floats, penalties: tuple[float, ...] = PENALTIES
) -> list[Ridge]:
    """A ridge for each penalty.

    Args:
        targets: (N, H); NaN is not fitted to.
        importance: (N,), what an error of a window counts.
    """
    horizon, inputs = targets.shape[1], features.shared.shape[1]
    size = inputs + features.steps.shape[2]
    weights = np.zeros((len(penalties), horizon, size))
    constants = np.zeros((len(penalties), horizon))
    for step in range(horizon):
        rows = np.isfinite(targets[:, step])
        if not rows.any():
            continue
        x = np.concatenate([features.shared[rows], features.steps[rows, step]], axis=1)
        weights[:, step], constants[:, step] = _robust(x, targets[rows, step], importance[rows], penalties)
    return [
        Ridge(weight[:, :inputs].T.copy(), weight[:, inputs:].copy(), constant)
        for weight, constant in zip(weights, constants, strict=True)
    ]


def _robust(x: Floats, y: Floats, importance: Floats, penalties: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Weights (P, F) and constants (P,), fitted again with less weight where the first fit errs most."""
    weights, constants = _solved(x, y, importance, (_FIRST,))
    residuals = np.abs(y - x @ weights[0] - constants[0])
    bend = np.median(residuals) + 1e-9
    return _solved(x, y, importance * np.minimum(1.0, bend / np.maximum(residuals, 1e-12)), penalties)


def _solved(x: Floats, y: Floats, importance: Floats, penalties: tuple[float, ...]) -> tuple[Floats, Floats]:
    share = importance / max(importance.mean(), 1e-12)
    mean = share @ x / share.sum()
    deviation = np.sqrt(np.maximum(share @ (x - mean) ** 2 / share.sum(), 0))
    used = deviation > 1e-9
    scaled = (x - mean)[:, used] / deviation[used]
    centre = float(share @ y / share.sum())
    gram = (scaled * share[:, np.newaxis]).T @ scaled
    product = scaled.T @ (share * (y - centre))
    weights, constants = np.zeros((len(penalties), x.shape[1])), np.zeros(len(penalties))
    for number, penalty in enumerate(penalties):
        weights[number, used] = np.linalg.solve(gram + penalty * np.eye(len(gram)), product) / deviation[used]
        # a constant that few rows tell is worse than none
        constants[number] = centre * len(y) / (len(y) + np.sqrt(penalty)) - weights[number] @ mean
    return weights, constants


def to_onnx(model: Ridge) -> bytes:
    """`shared` (N, F) and `steps` (N, H, G) to `y` (N, H)."""
    graph = onnx_graph.Graph()
    weights = graph.weight(model.shared.astype(np.float32))
    found = graph.node("MatMul", ["shared", weights])
    horizon, columns = model.steps.shape
    if columns:
        each = graph.node("Mul", ["steps", graph.weight(model.steps.astype(np.float32))])
        axis = graph.weight(np.array([2]))
        found = graph.node("Add", [found, graph.node("ReduceSum", [each, axis], keepdims=0)])
    graph.node("Add", [found, graph.weight(model.constant.astype(np.float32))], output="y")
    shared = (onnx_graph.FLOAT, ["N", model.shared.shape[0]])
    steps = (onnx_graph.FLOAT, ["N", horizon, columns])
    return graph.model({"shared": shared, "steps": steps}, {"y": (onnx_graph.FLOAT, ["N", horizon])})


def prove(model: Ridge, exported: bytes, inputs: Features) -> float:
    """The largest difference between the graph and NumPy on some features, in spreads.

    Raises:
        ExportError: it is above the tolerance.
    """
    difference = float(np.abs(Graph(exported, "linear")(inputs) - model(inputs)).max(initial=0.0))
    if not difference <= _TOLERANCE:
        raise ExportError(f"the exported graph is {difference:.1e} away from NumPy, more than {_TOLERANCE:.0e}")
    return difference
