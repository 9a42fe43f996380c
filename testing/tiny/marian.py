"""A tiny browser translation model in Marian's format, written byte by byte; its network is not trained."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

DIMENSION, HIDDEN, HEADS, ENCODER_LAYERS, DECODER_LAYERS = 16, 24, 2, 2, 2
SETTINGS: dict[str, Any] = {
    "type": "transformer",
    "transformer-decoder-autoreg": "rnn",
    "dec-cell": "ssru",
    "transformer-preprocess": "",
    "transformer-postprocess": "dan",
    "transformer-ffn-activation": "relu",
    "transformer-ffn-depth": 2,
    "transformer-heads": HEADS,
    "transformer-dim-ffn": HIDDEN,
    "dim-emb": DIMENSION,
    "enc-depth": ENCODER_LAYERS,
    "dec-depth": DECODER_LAYERS,
    "input-types": [],
    "version": "v1.9.56",
}
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?'-"
WORDS = ["the", "house", "milk", "like", "I", "a"]
PIECES: list[tuple[str, float, int]] = [
    ("</s>", 0.0, 3),
    ("<unk>", 0.0, 2),
    ("▁", -2.0, 1),
    *((f"▁{word}", -3.0 - number / 8, 1) for number, word in enumerate(WORDS)),
    *((letter, -6.0 - number / 16, 1) for number, letter in enumerate(LETTERS)),
]
"""Text, score and kind of each piece of the usual vocabulary."""


def files(
    key: str = "enpt",
    *,
    alphas: bool = True,
    vocabularies: int = 1,
    settings: Mapping[str, Any] | None = None,
    pieces: Sequence[tuple[str, float, int]] = PIECES,
    byte_fallback: bool = False,
) -> dict[str, bytes]:
    """The files of a model by name.

    Args:
        alphas: the model has the fixed scales of 8-bit arithmetic.
        vocabularies: 2 for one of each language.
        settings: that differ from the usual ones.
    """
    content = model(tensors([len(pieces)] * vocabularies, alphas=alphas), {**SETTINGS, **(settings or {})})
    kinds = ["vocab"] if vocabularies == 1 else ["srcvocab", "trgvocab"]
    spm = vocabulary(pieces, byte_fallback=byte_fallback)
    return {f"model.{key}.intgemm{'.alphas' if alphas else '8'}.bin": content} | {
        f"{kind}.{key}.spm": spm for kind in kinds
    }


def folder(path: Path, **options: Any) -> Path:
    """The same in a folder."""
    path.mkdir(parents=True, exist_ok=True)
    for name, content in files(**options).items():
        (path / name).write_bytes(content)
    return path


def tensors(vocabularies: Sequence[int], *, alphas: bool = True, seed: int = 0) -> dict[str, npt.NDArray[Any]]:
    """Tensors by name: those of two axes that are longer than one are to be written in 8 bits."""
    random = np.random.default_rng(seed)
    found: dict[str, npt.NDArray[Any]] = {}
    for name, shape in _shapes(vocabularies):
        values = random.normal(size=shape) * (0.5 if min(shape) > 1 else 0.1)
        found[name] = (1 + values if name.endswith("_scale") else values).astype(np.float32)
        if alphas and min(shape) > 1:
            name = "none" if name == "Wemb" else name
            found[f"{name}_QuantMultA"] = np.full((1, 1), 20, dtype=np.float32)
    found["decoder_ff_logit_out_b"][0, 0] = 2.0  # the end comes soon
    return found


def _shapes(vocabularies: Sequence[int]) -> Iterator[tuple[str, tuple[int, int]]]:
    square, row = (DIMENSION, DIMENSION), (1, DIMENSION)
    names = ["Wemb"] if len(vocabularies) == 1 else ["encoder_Wemb", "decoder_Wemb"]
    for name, size in zip(names, vocabularies, strict=True):
        yield name, (size, DIMENSION)
    yield "decoder_ff_logit_out_b", (1, vocabularies[-1])
    layers = [("encoder", number, "self") for number in range(1, ENCODER_LAYERS + 1)]
    layers += [("decoder", number, "context") for number in range(1, DECODER_LAYERS + 1)]
    for side, number, attention in layers:
        layer = f"{side}_l{number}"
        for part in "qkvo":
            yield f"{layer}_{attention}_W{part}", square
            yield f"{layer}_{attention}_b{part}", row
        if side == "decoder":
            yield f"{layer}_rnn_W", square
            yield f"{layer}_rnn_Wf", square
            yield f"{layer}_rnn_bf", row
        normalised = [f"{layer}_{attention}_Wo", f"{layer}_ffn_ffn", *([f"{layer}_rnn_ffn"] * (side == "decoder"))]
        for name in normalised:
            yield f"{name}_ln_scale", row
            yield f"{name}_ln_bias", row
        yield f"{layer}_ffn_W1", (DIMENSION, HIDDEN)
        yield f"{layer}_ffn_b1", (1, HIDDEN)
        yield f"{layer}_ffn_W2", (HIDDEN, DIMENSION)
        yield f"{layer}_ffn_b2", row


def model(tensors: Mapping[str, npt.NDArray[Any]], settings: Mapping[str, Any]) -> bytes:
    """A model file."""
    items = [("special:model.yml", 0x0101, (len(_yaml(settings)),), _yaml(settings))]
    for name, values in tensors.items():
        if min(values.shape) > 1:
            multiplier = np.float32(127 / np.abs(values).max())
            whole = np.round(values * multiplier).astype(np.int8)
            data = (whole if name.endswith("Wemb") else whole.T).tobytes() + multiplier.tobytes()
            items.append((name, 0x4101, values.shape, _padded(data)))
        else:
            items.append((name, 0x0404, values.shape, _padded(values.astype("<f4").tobytes())))
    head = struct.pack("<2Q", 1, len(items))
    for name, kind, shape, data in items:
        head += struct.pack("<4Q", len(name) + 1, kind, len(shape), len(data))
    head += b"".join(name.encode() + b"\0" for name, *_ in items)
    head += b"".join(struct.pack(f"<{len(shape)}i", *shape) for _, _, shape, _ in items)
    gap = -(len(head) + 8) % 256
    return head + struct.pack("<Q", gap) + bytes(gap) + b"".join(data for *_, data in items)


def _yaml(settings: Mapping[str, Any]) -> bytes:
    return yaml.safe_dump(dict(settings)).encode() + b"\0"


def _padded(data: bytes) -> bytes:
    """Filled up to a multiple of 256 with what is not zero, as in the files of Marian."""
    return data + b"\xff" * (-len(data) % 256)


def vocabulary(
    pieces: Sequence[tuple[str, float, int]] = PIECES,
    *,
    byte_fallback: bool = False,
    kind: int | None = None,
    spaced: bool = True,
) -> bytes:
    """A SentencePiece vocabulary; its normaliser changes nothing.

    Args:
        kind: of the model, 1 for unigram, which it is without.
        spaced: whether spaces are folded.
    """
    content = b""
    for text, score, piece in pieces:
        inner = _field(1, text.encode()) + b"\x15" + struct.pack("<f", score) + b"\x18" + bytes([piece])
        content += _field(1, inner)
    trainer = (b"" if kind is None else b"\x18" + bytes([kind])) + b"\x98\x02" + bytes([byte_fallback])
    return content + _field(2, trainer) + _field(3, b"\x20" + bytes([spaced]))


def _field(number: int, data: bytes) -> bytes:
    length, size = len(data), b""
    while length > 127:
        size += bytes([length & 127 | 128])
        length >>= 7
    return bytes([number << 3 | 2]) + size + bytes([length]) + data
