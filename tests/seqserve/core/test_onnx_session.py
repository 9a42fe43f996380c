from __future__ import annotations

import numpy as np
import pytest
from onnx import NodeProto, TensorProto, helper, numpy_helper

from seqserve.core.onnx_session import Network, session
from seqserve.errors import ArtifactError
from testing.tiny import sentiment


def test_without_lengths_every_row_is_as_long_as_the_array() -> None:
    network = Network(sentiment.release().files["model.onnx"])
    tokens = np.array([[1, 2, 3], [4, 5, 6]], dtype=np.int32)
    given = network(tokens, np.array([3, 3], dtype=np.int32))
    np.testing.assert_array_equal(network(tokens), given)


def test_what_is_no_graph_is_an_artifact_error() -> None:
    with pytest.raises(ArtifactError, match=r"model\.onnx cannot be loaded"):
        Network(b"no graph")


@pytest.mark.parametrize("rows", [1, 40])
@pytest.mark.parametrize("transposed", [False, True])
def test_products_of_8_bits_are_exact_on_every_processor(rows: int, transposed: bool) -> None:
    """Those without VNNI cut off the sum of two products above 32,767, unless the session forbids it."""
    whole = np.full((rows, 256), 255, dtype=np.uint8)
    matrix = np.full((256, 48), 127, dtype=np.int8)
    matrix[:, ::2] = -128
    stored = numpy_helper.from_array(matrix.T.copy() if transposed else matrix, "stored")
    zero = numpy_helper.from_array(np.array(0, dtype=np.uint8), "zero")
    nodes: list[NodeProto] = [helper.make_node("Transpose", ["stored"], ["turned"])] if transposed else []
    nodes.append(helper.make_node("MatMulInteger", ["x", "turned" if transposed else "stored", "zero"], ["y"]))
    x = helper.make_tensor_value_info("x", TensorProto.UINT8, [None, 256])
    y = helper.make_tensor_value_info("y", TensorProto.INT32, [None, 48])
    graph = helper.make_graph(nodes, "product", [x], [y], [stored, zero])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    found = session(model.SerializeToString(), "model.onnx", 1).run(["y"], {"x": whole})[0]
    np.testing.assert_array_equal(found, whole.astype(np.int32) @ matrix.astype(np.int32))
