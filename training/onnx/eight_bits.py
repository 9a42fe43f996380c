"""Products in 8 bits with a scale for each row, so that an answer does not depend on the other rows of a batch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from training.onnx.graph import FLOAT, Graph

SMALLEST = 1e-12
"""The least scale of a row: a row of zeros has one too."""


class RoundedRows(NamedTuple):
    """Names in a graph.

    Args:
        whole: 8-bit numbers (M, D) around `zero`.
        scale: of each row (M, 1).
    """

    whole: str
    scale: str
    zero: str


def rounded_rows(graph: Graph, x: str) -> RoundedRows:
    """Rows (M, D) in 8 bits."""
    most = graph.weight(np.array(127, dtype=np.float32), f"{x}_most")
    least = graph.weight(np.array(SMALLEST, dtype=np.float32), f"{x}_least")
    zero = graph.weight(np.array(128, dtype=np.uint8), f"{x}_zero")
    largest = graph.node("ReduceMax", [graph.node("Abs", [x])], axes=[1], keepdims=0)
    scale = graph.node("Max", [graph.node("Div", [largest, most]), least])
    zeros = graph.node("Expand", [zero, graph.node("Shape", [scale])])
    whole = graph.node("QuantizeLinear", [x, scale, zeros], axis=0)
    return RoundedRows(whole, graph.node("Unsqueeze", [scale, graph.weight(np.array([1]), f"{x}_axis")]), zero)


def product(graph: Graph, rows: RoundedRows, matrix: str, divisor: str) -> str:
    """Rows times a matrix (D, V) of 8-bit numbers, divided by a number for all or for each column: (M, V)."""
    whole = graph.node("Cast", [graph.node("MatMulInteger", [rows.whole, matrix, rows.zero])], to=FLOAT)
    # Not `Mul` by a product: ONNX Runtime fuses that into an operator that takes one scale for all rows.
    return graph.node("Div", [whole, graph.node("Div", [divisor, rows.scale])])
