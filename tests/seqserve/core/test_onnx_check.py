from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

from seqserve.core import onnx_check, onnx_session
from seqserve.errors import ArtifactError
from testing import tiny
from testing.service_process import CHECKOUT

GOOD = tiny.network(horizon=2)


def model() -> ModelProto:
    return onnx.load_from_string(GOOD)


def outside(tensor: TensorProto, location: str = ".env") -> TensorProto:
    """The same tensor with its data in another file."""
    tensor.ClearField("raw_data")
    tensor.ClearField("float_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", "0"), ("length", "60")):
        tensor.external_data.add(key=key, value=value)
    return tensor


def constant(attribute: AttributeProto) -> NodeProto:
    node = helper.make_node("Constant", [], ["c"])
    node.attribute.append(attribute)
    return node


def subgraph() -> GraphProto:
    return helper.make_graph([helper.make_node("Identity", ["x"], ["z"])], "inner", [], [])


def _external_initializer(found: ModelProto) -> None:
    outside(found.graph.initializer[0])


def _external_in_memory(found: ModelProto) -> None:
    outside(found.graph.initializer[0], "*/_ORT_MEM_ADDR_/*")


def _external_constant(found: ModelProto) -> None:
    tensor = outside(numpy_helper.from_array(np.zeros(15, np.float32)))
    found.graph.node.append(constant(helper.make_attribute("value", tensor)))


def _external_in_a_list(found: ModelProto) -> None:
    tensors = [numpy_helper.from_array(np.zeros(15, np.float32)) for _ in range(2)]
    outside(tensors[1])
    found.graph.node.append(constant(helper.make_attribute("values", tensors)))


def _external_without_a_location(found: ModelProto) -> None:
    found.graph.initializer[0].external_data.add(key="location", value=".env")


def _foreign_domain(found: ModelProto) -> None:
    found.graph.node.append(helper.make_node("Relu", ["x"], ["z"], domain="org.example"))


def _loads_files(found: ModelProto) -> None:
    found.graph.node.append(helper.make_node("EPContext", ["x"], ["z"], domain="com.microsoft"))


def _loop(found: ModelProto) -> None:
    found.graph.node.append(helper.make_node("Loop", ["n", "c"], ["z"], body=subgraph()))


def _subgraph(found: ModelProto) -> None:
    found.graph.node.append(helper.make_node("Relu", ["x"], ["z"], body=subgraph()))


def _subgraphs(found: ModelProto) -> None:
    found.graph.node.append(constant(helper.make_attribute("bodies", [subgraph()])))


def _function(found: ModelProto) -> None:
    nodes = [constant(helper.make_attribute("value", outside(numpy_helper.from_array(np.zeros(15, np.float32)))))]
    found.functions.append(helper.make_function("", "Mine", [], ["c"], nodes, [helper.make_opsetid("", 17)]))


def _training(found: ModelProto) -> None:
    found.training_info.add().algorithm.CopyFrom(subgraph())


def _sparse(found: ModelProto) -> None:
    values, indices = numpy_helper.from_array(np.ones(1, np.float32), "v"), numpy_helper.from_array(np.zeros(1, int))
    found.graph.sparse_initializer.append(helper.make_sparse_tensor(values, indices, [10**6, 10**6]))


def _sparse_constant(found: ModelProto) -> None:
    values, indices = numpy_helper.from_array(np.ones(1, np.float32), "v"), numpy_helper.from_array(np.zeros(1, int))
    sparse = helper.make_sparse_tensor(values, indices, [10**6, 10**6])
    found.graph.node.append(constant(helper.make_attribute("sparse_value", sparse)))


def _larger_than_its_bytes(found: ModelProto) -> None:
    found.graph.initializer[0].dims[:] = [10**6, 10**6]


def _negative(found: ModelProto) -> None:
    found.graph.initializer[0].dims[:] = [-1, -1]


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (_external_initializer, "data outside of the file"),
        (_external_in_memory, "data outside of the file"),
        (_external_constant, "tensor of a 'Constant' has its data outside"),
        (_external_in_a_list, "data outside of the file"),
        (_external_without_a_location, "data outside of the file"),
        (_foreign_domain, "operator 'Relu' of domain 'org.example'"),
        (_loads_files, "operator 'EPContext' of domain 'com.microsoft'"),
        (_loop, "control flow operator 'Loop'"),
        (_subgraph, "subgraph in a 'Relu'"),
        (_subgraphs, "subgraph in a 'Constant'"),
        (_function, "model-local functions"),
        (_training, "training information"),
        (_sparse, "sparse initializer"),
        (_sparse_constant, "sparse tensor in a 'Constant'"),
        (_larger_than_its_bytes, "more elements than its bytes"),
        (_negative, "more elements than its bytes"),
    ],
)
def test_what_no_graph_may_hold_is_refused_with_what_and_where(
    harm: Callable[[ModelProto], None], message: str
) -> None:
    found = model()
    harm(found)
    with pytest.raises(ValueError, match=message):
        onnx_check.check(found.SerializeToString())
    with pytest.raises(ArtifactError, match=r"model\.onnx cannot be loaded: it holds|has"):
        onnx_session.session(found.SerializeToString(), "model.onnx", 1)


def test_a_file_of_the_working_directory_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ONNX Runtime itself would: the graph spells out what the file holds."""
    (tmp_path / ".env").write_bytes(b"TOKEN=0123456789" * 4)
    monkeypatch.chdir(tmp_path)
    secret = outside(numpy_helper.from_array(np.zeros(60, np.uint8), "secret"))
    node = helper.make_node("Cast", ["secret"], ["y"], to=TensorProto.FLOAT)
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, [60])
    graph = helper.make_graph([node], "spells", [], [output], [secret])
    opset = [helper.make_opsetid("", 17)]
    content = helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString()
    runtime = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    assert bytes(runtime.run(None, {})[0].astype(np.uint8)).startswith(b"TOKEN=0123456789")
    with pytest.raises(ArtifactError, match="outside of the file"):
        onnx_session.session(content, "model.onnx", 1)


def test_what_is_split_in_two_is_refused() -> None:
    """A parser merges messages that occur twice; each half alone may look harmless."""
    graph = ModelProto(graph=model().graph).SerializeToString()
    with pytest.raises(ValueError, match="more than one graph"):
        onnx_check.check(GOOD + graph)
    node = helper.make_node("Add", ["x", "x"], ["z"]).SerializeToString()
    twice = node + NodeProto(op_type="Loop").SerializeToString()
    found = model()
    found.graph.node.append(NodeProto.FromString(node))
    content = found.SerializeToString()
    place = content.index(node)
    assert content[place - 1] == len(node)
    # The sizes around the node are no longer right, so that the checker is asked of the node alone.
    checker = onnx_check._Checker(twice)
    with pytest.raises(ValueError, match="two operators"):
        checker._node(onnx_check._Field(1, 2, 0, 0, len(twice)))


@pytest.mark.parametrize("operator", sorted(onnx_check.RUNTIME_OPERATORS)[:3])
def test_operators_that_compute_on_tensors_are_taken(operator: str) -> None:
    found = model()
    found.graph.node.append(helper.make_node(operator, ["x"], ["z"], domain="com.microsoft"))
    onnx_check.check(found.SerializeToString())


@pytest.mark.parametrize("path", sorted(CHECKOUT.glob("models/*/*/*/*.onnx")), ids=str)
def test_the_shipped_graphs_are_taken(path: Path) -> None:
    onnx_check.check(path.read_bytes())


@pytest.mark.parametrize("size", [0, 1, 10, len(GOOD) // 2, len(GOOD) - 1])
def test_a_graph_that_is_cut_off_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=r"ONNX model|no graph"):
        onnx_check.check(GOOD[:size])


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(content: bytes) -> None:
    with suppress(ValueError):
        onnx_check.check(content)


def test_the_other_format_of_the_runtime_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_check, "check", lambda model: None)
    with pytest.raises(ArtifactError, match="cannot be loaded"):
        onnx_session.session(b"\x18\0\0\0ORTM" + b"\0" * 64, "model.onnx", 1)


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_check, "MODEL_BYTES", len(GOOD) - 1)
    with pytest.raises(ValueError, match=f"{len(GOOD)} bytes, at most"):
        onnx_check.check(GOOD)
    monkeypatch.setattr(onnx_check, "MODEL_BYTES", len(GOOD))
    monkeypatch.setattr(onnx_check, "_FIELDS", 20)
    with pytest.raises(ValueError, match="more than 20 nodes"):
        onnx_check.check(GOOD)


def test_the_numbers_of_the_fields_are_those_of_onnx() -> None:
    def numbers(message: type, *names: str) -> list[int]:
        return [message.DESCRIPTOR.fields_by_name[name].number for name in names]  # type: ignore[attr-defined]

    assert numbers(ModelProto, "graph", "training_info", "functions") == [7, 20, 25]
    assert numbers(GraphProto, "node", "initializer", "sparse_initializer") == [1, 5, 15]
    assert numbers(NodeProto, "op_type", "attribute", "domain") == [4, 5, 7]
    assert numbers(AttributeProto, "t", "g", "tensors", "graphs") == [5, 6, 10, 11]
    assert numbers(AttributeProto, "sparse_tensor", "sparse_tensors") == [22, 23]
    assert numbers(TensorProto, "dims", "external_data", "data_location") == [1, 13, 14]


def test_every_field_that_may_hold_a_graph_a_tensor_or_a_node_is_looked_at() -> None:
    """A later version of the format may add one."""
    known = {
        ("ModelProto", "graph"),
        ("ModelProto", "training_info"),
        ("ModelProto", "functions"),
        ("GraphProto", "node"),
        ("GraphProto", "initializer"),
        ("GraphProto", "sparse_initializer"),
        ("NodeProto", "attribute"),
        ("AttributeProto", "t"),
        ("AttributeProto", "g"),
        ("AttributeProto", "tensors"),
        ("AttributeProto", "graphs"),
        ("AttributeProto", "sparse_tensor"),
        ("AttributeProto", "sparse_tensors"),
    }
    holders = {"GraphProto", "NodeProto", "TensorProto", "SparseTensorProto", "AttributeProto"}
    holders |= {"FunctionProto", "TrainingInfoProto"}
    found = {
        (message.DESCRIPTOR.name, field.name)
        for message in (ModelProto, GraphProto, NodeProto, AttributeProto, TensorProto)
        for field in message.DESCRIPTOR.fields
        if field.message_type is not None and field.message_type.name in holders
    }
    assert found == known
