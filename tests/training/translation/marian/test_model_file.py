"""Files of Marian: what is written is read, and what is damaged is refused with its reason."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from testing.tiny import marian
from training.core.download import DataError
from training.translation.marian import model_file
from training.translation.marian.model_file import Matrix

TENSORS = marian.tensors([len(marian.PIECES)])
CONTENT = marian.model(TENSORS, marian.SETTINGS)


def test_what_is_written_is_read() -> None:
    found = model_file.read(CONTENT)
    assert found.settings["dec-cell"] == "ssru"
    assert found.tensors.keys() == TENSORS.keys()
    for name, tensor in found.tensors.items():
        values = tensor.values if isinstance(tensor, Matrix) else tensor
        step = np.abs(TENSORS[name]).max() / 127 if isinstance(tensor, Matrix) else 0
        np.testing.assert_allclose(values, TENSORS[name], atol=0.51 * step, err_msg=name)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "damaged"),
        (b"PK" + bytes(100), "no model file of Marian"),
        (CONTENT[:100], "damaged"),
        (CONTENT[:-1], "damaged"),
        (CONTENT + b"\0", "damaged"),
        (CONTENT[:8] + struct.pack("<Q", 2**60) + CONTENT[16:], "4096"),
        (CONTENT[:16] + struct.pack("<Q", 2**62) + CONTENT[24:], "within its contents"),
        (CONTENT[:32] + struct.pack("<Q", 99) + CONTENT[40:], "99 axes"),
        (CONTENT[:24] + struct.pack("<Q", 0x0808) + CONTENT[32:], "0x0808"),
        (CONTENT.replace(b"encoder_l1_ffn_W2\0", b"encoder_l1_ffn_W1\0"), "one name"),
        (CONTENT.replace(b"special:model.yml\0", b"special:other.yml\0"), "no settings"),
        (CONTENT.replace(b"dec-cell: ssru", b"dec-cell: [sru"), "damaged"),
    ],
)
def test_a_file_that_is_not_right_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        model_file.read(content)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused(value: float) -> None:
    bias = np.full((1, marian.DIMENSION), value, np.float32)
    with pytest.raises(DataError, match="encoder_l1_ffn_b2 has numbers that are not finite"):
        model_file.read(marian.model(TENSORS | {"encoder_l1_ffn_b2": bias}, marian.SETTINGS))


def test_every_cut_of_a_file_is_refused() -> None:
    for end in range(0, len(CONTENT), 997):
        with pytest.raises(DataError):
            model_file.read(CONTENT[:end])
