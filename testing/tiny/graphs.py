"""ONNX graphs of tiny networks: GRUs of four units with random weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from seqserve.core.arrays import Floats

UNITS = 4


def last_state_graph(
    first: list[NodeProto],
    x: ValueInfoProto,
    inputs: int,
    outputs: int,
    weights: dict[str, Floats],
    random: np.random.Generator,
) -> bytes:
    """A GRU over the `steps` (T, N, D) that the first nodes compute from `x`, and a dense layer on its last state."""
    weights = {
        **weights,
        **gru_weights(inputs, random),
        "out": random.normal(size=(UNITS, outputs)) / 4,
        "bias": random.normal(size=outputs) / 4,
    }
    nodes = [*first, *gru("last"), helper.make_node("Gemm", ["last", "out", "bias"], ["y"])]
    lengths = helper.make_tensor_value_info("lengths", TensorProto.INT32, ["N"])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", outputs])
    return graph(nodes, [x, lengths], [y], weights)


def gru(state: str) -> list[NodeProto]:
    """The nodes of a GRU, from `steps` (T, N, D) and `lengths` (N,) to the last state (N, UNITS)."""
    rest = {"hidden_size": UNITS, "linear_before_reset": 1}
    return [
        helper.make_node("GRU", ["steps", "w", "r", "b", "lengths"], ["", "last_state"], **rest),
        helper.make_node("Squeeze", ["last_state", "directions"], [state]),
    ]


def gru_weights(inputs: int, random: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
    """Random weights of the GRU's nodes."""
    return {
        "w": random.normal(size=(1, 3 * UNITS, inputs)),
        "r": random.normal(size=(1, 3 * UNITS, UNITS)),
        "b": random.normal(size=(1, 6 * UNITS)),
        "directions": np.array([0]),
    }


def graph(
    nodes: list[NodeProto],
    inputs: list[ValueInfoProto],
    outputs: list[ValueInfoProto],
    weights: dict[str, npt.NDArray[Any]],
) -> bytes:
    """The bytes of an ONNX file."""
    initializers = [
        numpy_helper.from_array(value.astype(np.float32) if value.dtype == np.float64 else value, name)
        for name, value in weights.items()
    ]
    made = helper.make_graph(nodes, "tiny", inputs, outputs, initializers)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(model.SerializeToString())
