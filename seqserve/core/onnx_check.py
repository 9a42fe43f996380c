"""Checks an ONNX graph before a session is made of it: a version is data from somebody.

A graph may hold standard operators and some of ONNX Runtime's own, and nothing that lies or leads outside of its file.
Refused are external data (ONNX Runtime would read files of the working directory, or addresses of the memory),
operators of other domains, control flow and other subgraphs, model-local functions, sparse tensors, and tensors that
are larger than their bytes.

The `onnx` package is not needed to serve, and would parse a whole model into objects. This reads the few fields of the
protocol buffer that matter, skips the rest, and is stricter than a parser: what two parsers could understand
differently is refused.

Reference:
    https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
    https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

MODEL_BYTES = 2**30
_FIELDS = 1_000_000
"""Fields that are looked at: a few microseconds each."""

RUNTIME_DOMAIN = "com.microsoft"
RUNTIME_OPERATORS = frozenset(
    {
        "Attention",
        "BiasGelu",
        "DequantizeLinear",
        "DynamicQuantizeLSTM",
        "DynamicQuantizeMatMul",
        "FastGelu",
        "FusedGemm",
        "FusedMatMul",
        "Gelu",
        "LayerNormalization",
        "MatMulInteger16",
        "MatMulIntegerToFloat",
        "MatMulNBits",
        "MultiHeadAttention",
        "QAttention",
        "QGemm",
        "QLinearAdd",
        "QLinearConcat",
        "QLinearMul",
        "QLinearSigmoid",
        "QuantizeLinear",
        "QuickGelu",
        "SkipLayerNormalization",
        "SkipSimplifiedLayerNormalization",
    }
)
"""Those that compute on tensors; others load files, run other code, or call themselves."""
CONTROL_FLOW = frozenset({"If", "Loop", "Scan", "SequenceMap"})

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class _Field(NamedTuple):
    """A field of a message: its number, wire type and, of a varint, its value; otherwise where its content stands."""

    number: int
    wire: int
    value: int
    begin: int
    end: int


def check(model: bytes) -> None:
    """Check a graph.

    Raises:
        ValueError: it is no ONNX model, or holds something that is refused; the message says what and where.
    """
    if len(model) > MODEL_BYTES:
        raise ValueError(f"it has {len(model)} bytes, at most {MODEL_BYTES} are taken")
    _Checker(model).model()


@dataclass
class _Checker:
    content: bytes
    seen: int = 0

    def model(self) -> None:
        graphs = 0
        for field in self._fields(0, len(self.content)):
            match field.number:
                case 7:
                    graphs += 1
                    self._graph(self._message(field))
                case 20:
                    raise ValueError("it holds training information, which is refused")
                case 25:
                    raise ValueError("it holds model-local functions, which are refused; export it with them inlined")
        if graphs != 1:
            raise ValueError("it holds no graph" if not graphs else "it holds more than one graph")

    def _graph(self, graph: _Field) -> None:
        for field in self._fields(graph.begin, graph.end):
            match field.number:
                case 1:
                    self._node(self._message(field))
                case 5:
                    self._tensor(self._message(field), "an initializer")
                case 15:
                    raise ValueError("it holds a sparse initializer, which is refused; store it dense")

    def _node(self, node: _Field) -> None:
        found = {4: "", 7: ""}
        fields = list(self._fields(node.begin, node.end))
        for number in found:
            texts = [self._text(field) for field in fields if field.number == number]
            if len(texts) > 1:
                raise ValueError("a node has two operators or domains")
            found[number] = texts[0] if texts else ""
        operator, domain = found[4], found[7]
        if operator in CONTROL_FLOW:
            raise ValueError(f"it holds the control flow operator {operator!r}, which is refused; unroll it")
        if domain not in ("", "ai.onnx") and not (domain == RUNTIME_DOMAIN and operator in RUNTIME_OPERATORS):
            raise ValueError(f"it holds the operator {operator!r} of domain {domain!r}: only standard ones are taken")
        for field in fields:
            if field.number == 5:
                self._attribute(self._message(field), operator)

    def _attribute(self, attribute: _Field, operator: str) -> None:
        tensors = 0
        for field in self._fields(attribute.begin, attribute.end):
            match field.number:
                case 5 | 10:
                    tensors += field.number == 5
                    self._tensor(self._message(field), f"a tensor of a {operator!r}")
                case 6 | 11:
                    raise ValueError(f"it holds a subgraph in a {operator!r}, which is refused")
                case 22 | 23:
                    raise ValueError(f"it holds a sparse tensor in a {operator!r}, which is refused; store it dense")
        if tensors > 1:
            raise ValueError(f"an attribute of a {operator!r} has two tensors")

    def _tensor(self, tensor: _Field, what: str) -> None:
        shape: list[int] = []
        for field in self._fields(tensor.begin, tensor.end):
            match field.number:
                case 1 if field.wire == _VARINT:
                    shape.append(field.value)
                case 1:
                    place, end = self._message(field).begin, field.end
                    while place < end:
                        size, place = self._varint(place, end)
                        shape.append(size)
                case 13 | 14 if field.number == 13 or field.wire != _VARINT or field.value:
                    raise ValueError(f"{what} has its data outside of the file, which is refused; store it inside")
        # Four elements of the smallest type, two bits, take a byte; a negative size is a huge one here.
        if prod(shape) > 4 * (tensor.end - tensor.begin):
            raise ValueError(f"{what} has more elements than its bytes hold")

    def _fields(self, place: int, end: int) -> Iterator[_Field]:
        """The fields of a message between two places."""
        while place < end:
            self.seen += 1
            if self.seen > _FIELDS:
                raise ValueError(f"it has more than {_FIELDS} nodes and other fields")
            tag, begin = self._varint(place, end)
            number, wire, value = tag >> 3, tag & 7, 0
            match wire:
                case 0:
                    value, place = self._varint(begin, end)
                case 1:
                    place = begin + 8
                case 2:
                    size, begin = self._varint(begin, end)
                    place = begin + size
                case 5:
                    place = begin + 4
                case _:
                    raise ValueError("it is no ONNX model")
            if place > end or not 0 < number < 2**29:
                raise ValueError("it is no ONNX model, or cut off")
            yield _Field(number, wire, value, begin, place)

    def _varint(self, place: int, end: int) -> tuple[int, int]:
        """A number of up to 64 bits, and the place behind it."""
        value = 0
        for shift in range(0, 64, 7):
            if place >= end:
                break
            byte = self.content[place]
            place += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value, place
        raise ValueError("it is no ONNX model, or cut off")

    def _message(self, field: _Field) -> _Field:
        if field.wire != _BYTES:
            raise ValueError("it is no ONNX model: a message is a number")
        return field

    def _text(self, field: _Field) -> str:
        self._message(field)
        return self.content[field.begin : field.end].decode(errors="replace")
