"""The ONNX operators of the `Pooling` layer."""

from __future__ import annotations

import numpy as np

from training.core.layers import Pooling
from training.onnx.graph import FLOAT, INT64, Graph


def pooling(graph: Graph, layer: Pooling, x: str) -> str:
    """All steps (T, N, U), zero behind each row's length, pooled to (N, kinds * U)."""
    steps = graph.node("Transpose", [x], perm=[1, 0, 2])
    lengths = graph.node("Cast", ["lengths"], to=INT64)
    column = graph.node("Unsqueeze", [lengths, graph.weight(np.array([1, 2]))])  # (N, 1, 1)
    pooled = []
    for kind in layer.kinds:
        if kind == "mean":
            total = graph.node("ReduceSum", [steps, graph.weight(np.array([1]))], keepdims=0)
            size = graph.node("Unsqueeze", [lengths, graph.weight(np.array([1]))])
            pooled.append(graph.node("Div", [total, graph.node("Cast", [size], to=FLOAT)]))
        elif kind == "max":
            length = graph.node("Gather", [graph.node("Shape", [steps]), graph.weight(np.array(1))])
            every = graph.node("Range", [graph.weight(np.array(0)), length, graph.weight(np.array(1))])
            counts = graph.node("Less", [graph.node("Unsqueeze", [every, graph.weight(np.array([0, 2]))]), column])
            lowest = graph.weight(np.array(-1e30, dtype=np.float32))
            pooled.append(graph.node("ReduceMax", [graph.node("Where", [counts, steps, lowest])], axes=[1], keepdims=0))
        else:
            pooled.extend(_last_steps(graph, steps, column, layer.directions))
    return graph.node("Concat", pooled, axis=1)


def _last_steps(graph: Graph, steps: str, column: str, directions: int) -> list[str]:
    """The last step that counts; of a backward half the first, which it read last."""
    index = graph.node("Sub", [graph.node("Squeeze", [column, graph.weight(np.array([2]))]), graph.weight(np.array(1))])
    final = graph.node("GatherND", [steps, index], batch_dims=1)
    if directions == 1:
        return [final]
    first = graph.node("Gather", [steps, graph.weight(np.array(0))], axis=1)
    return [graph.several("Split", [x], 2, axis=1)[half] for half, x in enumerate((final, first))]
