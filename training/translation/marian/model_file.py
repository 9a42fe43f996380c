"""The tensors and settings in a file of Marian, `model.XXYY.intgemm.alphas.bin`.

All numbers are little-endian. A head of counts, names and shapes; then, from a multiple of 256 bytes on, the tensors
one behind another.

Reference:
    https://github.com/browsermt/marian-dev, src/common/binary.cpp and src/tensors/cpu/integer_common.h
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from training.core.download import DataError

SETTINGS = "special:model.yml"
UNTRANSPOSED = "Wemb"
"""Ends the names of 8-bit matrices that are stored row by row; others are stored column by column."""
EIGHT_BITS, FLOAT, BYTES = 0x4101, 0x0404, 0x0101
_KINDS = {EIGHT_BITS: "8-bit", FLOAT: "float", BYTES: "bytes"}
_MOST_TENSORS = 4_096
_MOST_AXES = 4


@dataclass(frozen=True)
class Matrix:
    """A matrix of 8-bit numbers.

    Args:
        whole: the numbers (rows, columns), from -127 to 127.
        multiplier: the values are the numbers divided by it.
    """

    whole: npt.NDArray[np.int8]
    multiplier: float

    @property
    def values(self) -> npt.NDArray[np.float32]:
        """The matrix in single precision."""
        return self.whole.astype(np.float32) / np.float32(self.multiplier)


Tensor = Matrix | npt.NDArray[np.float32]


@dataclass(frozen=True)
class ModelFile:
    """What a file holds.

    Args:
        settings: how Marian was told to build the network.
    """

    tensors: Mapping[str, Tensor]
    settings: Mapping[str, Any]


def read(content: bytes) -> ModelFile:
    """Read a file, and check all of it.

    Raises:
        DataError: it is no such file, it is damaged, or it has numbers of another kind.
    """
    try:
        return _read(content)
    except (struct.error, UnicodeDecodeError, ValueError, OverflowError, yaml.YAMLError) as error:
        raise DataError(f"the model file is damaged ({error}); get it again") from None


def _read(content: bytes) -> ModelFile:
    version, count = struct.unpack_from("<2Q", content)
    if version != 1:
        raise DataError(f"it is no model file of Marian, or of version {version}; version 1 is read")
    if not 0 < count <= _MOST_TENSORS:
        raise ValueError(f"{count} tensors, 1 to {_MOST_TENSORS} can be")
    heads = list(struct.iter_unpack("<4Q", content[16 : 16 + 32 * count]))
    place = 16 + 32 * len(heads)
    names, shapes = [], []
    for length, *_ in heads:
        names.append(_taken(content, place, length).rstrip(b"\0").decode())
        place += length
    for _, _, rank, _ in heads:
        if rank > _MOST_AXES:
            raise ValueError(f"a tensor of {rank} axes, {_MOST_AXES} at most can be")
        shapes.append(struct.unpack_from(f"<{rank}i", content, place))
        place += 4 * rank
    place += 8 + struct.unpack_from("<Q", content, place)[0]
    if len(set(names)) < count:
        raise ValueError("two tensors have one name")
    tensors: dict[str, Tensor] = {}
    settings: Any = None
    for name, shape, (_, kind, _, size) in zip(names, shapes, heads, strict=True):
        data = _taken(content, place, size)
        place += size
        if kind not in _KINDS:
            known = ", ".join(_KINDS.values())
            raise DataError(f"tensor {name} has numbers of type {kind:#06x}; these are read: {known}")
        if name == SETTINGS:
            settings = yaml.safe_load(data.rstrip(b"\0"))
        elif kind != BYTES:
            tensors[name] = _tensor(name, kind, shape, data)
    if place != len(content):
        raise ValueError(f"{len(content)} bytes, its head says {place}")
    if not isinstance(settings, dict):
        raise ValueError(f"it has no settings, {SETTINGS}")
    return ModelFile(tensors, settings)


def _tensor(name: str, kind: int, shape: tuple[int, ...], data: bytes) -> Tensor:
    if min(shape, default=1) < 1:
        raise ValueError(f"tensor {name} has a shape of {shape}")
    elements = math.prod(shape)
    if kind == FLOAT:
        values = np.frombuffer(_taken(data, 0, 4 * elements), dtype="<f4").reshape(shape)
        if not np.isfinite(values).all():
            raise ValueError(f"tensor {name} has numbers that are not finite")
        return values.astype(np.float32)
    if len(shape) != 2:
        raise ValueError(f"tensor {name} of 8-bit numbers has a shape of {shape}, not of two axes")
    whole = np.frombuffer(_taken(data, 0, elements), dtype=np.int8)
    (multiplier,) = struct.unpack_from("<f", data, elements)
    if not (math.isfinite(multiplier) and multiplier > 0):
        raise ValueError(f"tensor {name} has a multiplier of {multiplier}")
    rows = whole.reshape(shape) if name.endswith(UNTRANSPOSED) else whole.reshape(shape[::-1]).T
    return Matrix(np.ascontiguousarray(rows), multiplier)


def _taken(content: bytes, place: int, length: int) -> bytes:
    if place + length > len(content):
        raise ValueError(f"it ends at {len(content)} bytes, within its contents")
    return content[place : place + length]
