"""Tensors of the Open Inference Protocol, as JSON and as bytes behind it.

References:
    https://github.com/kserve/open-inference-protocol
    https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from seqserve.core.arrays import Floats
from service.http import number_lists
from service.http.problems import Problem

_INTEGERS = {
    f"{sign}INT{bits}": f"<{kind}{bits // 8}" for sign, kind in (("", "i"), ("U", "u")) for bits in (8, 16, 32, 64)
}
_NUMBERS = {"FP64": "<f8", "FP32": "<f4", "FP16": "<f2", **_INTEGERS}
"""Datatype to how NumPy calls it."""
_TEXT = "BYTES"
_MOST_AXES = 3
_MOST = 2**40


@dataclass(frozen=True)
class Tensor:
    """An input, or an output.

    Args:
        data: numbers, in the shape of the tensor, or the texts of one in their order.
        parameters: what is said of it beside.
    """

    name: str
    shape: tuple[int, ...]
    data: Floats | list[str]
    parameters: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The tensor as JSON."""
        data = self.data if isinstance(self.data, list) else self.data.ravel().tolist()
        return {**self._head(dict(self.parameters)), "data": data}

    def as_binary(self) -> tuple[dict[str, Any], bytes]:
        """What JSON says of the tensor, and its bytes."""
        if isinstance(self.data, list):
            texts = [text.encode() for text in self.data]
            content = b"".join(len(text).to_bytes(4, "little") + text for text in texts)
        else:
            content = self.data.astype("<f8").tobytes()
        return self._head({**self.parameters, "binary_data_size": len(content)}), content

    def _head(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        kind = _TEXT if isinstance(self.data, list) else "FP64"
        head = {"name": self.name, "datatype": kind, "shape": list(self.shape)}
        return {**head, "parameters": parameters} if parameters else head


def texts(name: str, data: list[str]) -> Tensor:
    """Texts [n]; the parameter tells MLServer's codecs that they are."""
    return Tensor(name, (len(data),), data, {"content_type": "str"})


def numbers(name: str, data: Sequence[Any], parameters: Mapping[str, str] | None = None) -> Tensor:
    """Numbers in any shape."""
    array = np.asarray(data, dtype=np.float64)
    return Tensor(name, array.shape, array, parameters or {})


def read(inputs: Any, content: memoryview, wanted: str) -> Tensor:
    """The input of a request: the only one there is, or else the one of that name.

    Args:
        inputs: what its JSON says of them.
        content: the bytes behind its JSON.

    Raises:
        Problem: 400 there is none, or it is wrong.
    """
    if not isinstance(inputs, list) or not inputs or not all(isinstance(one, dict) for one in inputs):
        raise wrong("inputs must be a list of one tensor")
    parts: list[memoryview | None] = []
    for one in inputs:
        size = _parameters(one).get("binary_data_size")
        if size is not None and (type(size) is not int or not 0 <= size <= len(content)):
            raise wrong(f"binary_data_size {size!r:.20}: {len(content)} bytes are left behind the JSON")
        parts.append(None if size is None else content[:size])
        content = content[size or 0 :]
    if len(content):
        raise wrong(f"{len(content)} bytes behind the JSON belong to no tensor: binary_data_size must add up to them")
    places = [place for place, one in enumerate(inputs) if len(inputs) == 1 or one.get("name") == wanted]
    if len(places) != 1:
        raise wrong(f"{len(inputs)} inputs; send one, named {wanted}")
    return _tensor(inputs[places[0]], parts[places[0]])


def wrong(detail: str) -> Problem:
    """The problem of a request that is not as it must be."""
    return Problem(400, "wrong-shape", detail)


def _tensor(stated: Mapping[str, Any], part: memoryview | None) -> Tensor:
    name, kind, shape = str(stated.get("name", ""))[:64], stated.get("datatype"), stated.get("shape")
    if not isinstance(kind, str) or (kind != _TEXT and kind not in _NUMBERS):
        raise wrong(f"datatype {kind!r:.20}: it must be {_TEXT} or one of {', '.join(_NUMBERS)}")
    if (
        not isinstance(shape, list)
        or len(shape) > _MOST_AXES
        or not all(type(axis) is int and 0 <= axis < _MOST for axis in shape)
    ):
        raise wrong(f"shape must be a list of at most {_MOST_AXES} integers from 0 on")
    count = math.prod(shape)
    if part is None:
        data = _flat(stated.get("data"))
        found = _texts(data) if kind == _TEXT else _floats(data)
    elif kind == _TEXT:
        found = _texts_of_bytes(part, count)
    else:
        size = np.dtype(_NUMBERS[kind]).itemsize
        if len(part) != count * size:
            raise wrong(f"shape {shape} of {kind} takes {count * size} bytes, and there are {len(part)}")
        found = np.frombuffer(part, _NUMBERS[kind]).astype(np.float64)
    if len(found) != count:
        raise wrong(f"shape {shape} has {count} elements, and data has {len(found)}")
    return Tensor(name, tuple(shape), found if isinstance(found, list) else found.reshape(shape))


def _flat(data: Any) -> list[Any]:
    """A list of lists, to three levels, as one list."""
    if not isinstance(data, list):
        raise wrong("a tensor needs data, or a binary_data_size")
    found: list[Any] = data
    for _ in range(_MOST_AXES - 1):
        if not any(isinstance(one, list) for one in found):
            break
        found = [inner for one in found for inner in (one if isinstance(one, list) else [one])]
    return found


def _floats(data: list[Any]) -> Floats:
    try:
        return number_lists.floats(data)
    except ValueError as error:
        raise wrong(f"data: {error}") from None


def _texts(data: list[Any]) -> list[str]:
    if not all(isinstance(one, str) for one in data):
        raise wrong(f"data of {_TEXT} must hold texts")
    return data


def _texts_of_bytes(part: memoryview, count: int) -> list[str]:
    """Texts, each behind its length in four bytes."""
    found: list[str] = []
    while len(part) and len(found) <= count:
        size = int.from_bytes(part[:4], "little")
        if len(part) < 4 + size:
            raise wrong(f"element {len(found)} of {_TEXT} is cut short")
        try:
            found.append(str(part[4 : 4 + size], "utf-8"))
        except UnicodeDecodeError:
            raise wrong(f"element {len(found)} is not UTF-8") from None
        part = part[4 + size :]
    return found


def _parameters(stated: Mapping[str, Any]) -> Mapping[str, Any]:
    found = stated.get("parameters")
    return found if isinstance(found, dict) else {}
