"""The universal network as one ONNX graph: recurrent layers as fused operators, the members averaged.

A minGRU is a GRU whose recurrent weights are zero: its gates do not look at the state. So its last state alone is a sum
over steps, each faded by all gates after it, without a loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from seqserve.forecast.universal import bases, features
from seqserve.forecast.universal.network import Network
from training.forecast.universal.network import LEVELS, MIDDLE, Member, MinGRU
from training.forecast.universal.windows import batch_shapes
from training.onnx.graph import FLOAT, ExportError, Graph, arrays

TOLERANCE = 2e-4
"""How far ONNX Runtime may be from Keras, absolute, on inputs as large as they get."""


def to_onnx(model: keras.Model, members: Sequence[Member], only: Sequence[int] | None = None) -> bytes:
    """The graph: inputs as `features.Inputs`, output `y` (N, H, quantiles), in spreads.

    Args:
        only: numbers of the members that are averaged; none means all.
    """
    graph = Graph()
    numbers = range(len(members)) if only is None else only
    parts = [_Export(graph, model, f"member{number}").member(members[number]) for number in numbers]
    total = graph.node("Sum", parts)
    graph.node("Mul", [total, graph.weight(np.array(1 / len(parts), np.float32))], output="y")
    inputs = {name: (FLOAT, ["N", *shape]) for name, shape in batch_shapes().items()}
    inputs["steps"] = (FLOAT, ["N", "H", features.STEP])
    return graph.model(inputs, {"y": (FLOAT, ["N", "H", len(LEVELS)])})


def prove(model: keras.Model, graph: bytes, inputs: features.Inputs) -> float:
    """Compare the graph with Keras on windows.

    Returns:
        The largest absolute difference.

    Raises:
        ExportError: it is above `TOLERANCE`.
    """
    answer = keras.ops.convert_to_numpy(model(inputs._asdict())).mean(axis=2)
    worst = float(np.abs(Network(graph)(inputs) - answer).max())
    if not worst <= TOLERANCE:
        raise ExportError(f"the exported graph is {worst:.1e} away from Keras, more than {TOLERANCE:.0e}")
    return worst


class _Export:
    """Adds one member to a graph."""

    def __init__(self, graph: Graph, model: keras.Model, name: str) -> None:
        self._graph, self._model, self._name = graph, model, name

    def member(self, member: Member) -> str:
        """The member's quantiles, (N, H, quantiles)."""
        graph = self._graph
        lags, forecasts = self._split("steps", [features.LAGS, bases.COUNT])
        width = graph.node("Unsqueeze", ["width", graph.weight(np.array([1, 2]))])
        centre = graph.node("ReduceMean", [forecasts], axes=[2], keepdims=1)
        apart = graph.node("Div", [graph.node("Sub", [forecasts, centre]), width])
        seen = self._dense("patches", "patches")
        if member.coarse:
            seen = graph.node("Concat", [self._dense("blocks", "blocks"), seen], axis=1)
        seen = graph.node("Transpose", [seen], perm=[1, 0, 2])
        first, early = self._recurrent(seen, "first")
        late = self._last(first) if member.cell == "mingru" else self._recurrent(first, "second")[1]
        state = graph.node("Add", [early, late])
        state = graph.node("Concat", [state, self._dense("scalars", "scalars")], axis=1)
        state = self._dense(state, "state")
        known = graph.node("Unsqueeze", [self._dense(state, "known"), graph.weight(np.array([1]))])
        ahead = graph.node("Concat", [self._clip(lags, 10.0), self._clip(apart, 8.0)], axis=2)
        hidden = graph.node("Relu", [graph.node("Add", [known, self._dense(ahead, "ahead")])])
        out = self._dense(self._dense(hidden, "hidden"), "out")
        return self._quantiles(out, state, forecasts, width)

    def _quantiles(self, out: str, state: str, forecasts: str, width: str) -> str:
        graph = self._graph
        below, above = MIDDLE, len(LEVELS) - 1 - MIDDLE
        downs, ups, correction, gate = self._split(out, [below, above, 1, bases.COUNT])
        own = graph.node("Unsqueeze", [self._dense(state, "gate"), graph.weight(np.array([1]))])
        shares = graph.node("Softmax", [graph.node("Add", [gate, own])], axis=2)
        mixed = graph.node(
            "ReduceSum", [graph.node("Mul", [shares, forecasts]), graph.weight(np.array([2]))], keepdims=1
        )
        median = graph.node("Add", [mixed, graph.node("Mul", [width, correction])])
        half = graph.node("Mul", [width, graph.weight(np.array(0.5, np.float32))])
        # The sums from the middle outwards as matrices, for what is below from the middle down.
        sums = np.triu(np.ones((max(below, above),) * 2, np.float32))
        down = graph.node("MatMul", [self._widths(downs, half), graph.weight(sums[:below, :below][:, ::-1].copy())])
        up = graph.node("MatMul", [self._widths(ups, half), graph.weight(sums[:above, :above])])
        return graph.node(
            "Concat", [graph.node("Sub", [median, down]), median, graph.node("Add", [median, up])], axis=2
        )

    def _widths(self, out: str, half: str) -> str:
        return self._graph.node("Mul", [self._graph.node("Softplus", [out]), half])

    def _recurrent(self, x: str, name: str) -> tuple[str, str]:
        layer = self._layer(name)
        if not isinstance(layer, MinGRU):
            steps, state = self._graph.both(x, layer, lengths="")
            return steps, state
        kernel, bias = arrays(layer.project)
        gate, candidate = np.split(kernel, 2, axis=1)
        gate_bias, candidate_bias = np.split(bias, 2)
        nothing = np.zeros_like(gate)
        kernels = np.concatenate([-gate, nothing, candidate], axis=1).T[None]
        biases = np.concatenate([-gate_bias, np.zeros_like(gate_bias), candidate_bias, np.zeros(3 * layer.units)])
        graph = self._graph
        weights = [graph.weight(np.ascontiguousarray(kernels, np.float32))]
        weights.append(graph.weight(np.zeros((1, 3 * layer.units, layer.units), np.float32)))
        weights.append(graph.weight(biases[None].astype(np.float32)))
        steps, state = graph.several("GRU", [x, *weights], 2, hidden_size=layer.units, linear_before_reset=1)
        axis = graph.weight(np.array([1]))
        return graph.node("Squeeze", [steps, axis]), graph.node("Squeeze", [state, graph.weight(np.array([0]))])

    def _last(self, x: str) -> str:
        """The last state of the second layer of minGRU, of (T, N, U)."""
        graph, layer = self._graph, self._layer("second")
        kernel, bias = arrays(layer.project)
        projected = graph.node("Add", [graph.node("MatMul", [x, graph.weight(kernel)]), graph.weight(bias)])
        gate, candidate = self._split(projected, [layer.units, layer.units])
        first = graph.weight(np.array([0]))
        kept = graph.node("Neg", [graph.node("Softplus", [gate])])  # the logarithm of what a step keeps
        kept = graph.node("Exp", [graph.node("CumSum", [kept, graph.weight(np.array(0))], exclusive=1, reverse=1)])
        added = graph.node("Mul", [graph.node("Sigmoid", [gate]), graph.node("Tanh", [candidate])])
        return graph.node("ReduceSum", [graph.node("Mul", [kept, added]), first], keepdims=0)

    def _dense(self, x: str, name: str) -> str:
        graph, layer = self._graph, self._layer(name)
        kernel, *bias = arrays(layer)
        x = graph.node("MatMul", [x, graph.weight(kernel)])
        x = graph.node("Add", [x, graph.weight(bias[0])]) if bias else x
        return graph.node("Relu", [x]) if layer.activation is keras.activations.relu else x

    def _split(self, x: str, sizes: list[int]) -> list[str]:
        graph = self._graph
        return graph.several("Split", [x, graph.weight(np.array(sizes))], len(sizes), axis=2)

    def _clip(self, x: str, most: float) -> str:
        low, high = (self._graph.weight(np.array(bound, np.float32)) for bound in (-most, most))
        return self._graph.node("Clip", [x, low, high])

    def _layer(self, name: str) -> Any:
        return self._model.get_layer(f"{self._name}_{name}")
