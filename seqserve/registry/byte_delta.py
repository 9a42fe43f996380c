"""Byte delta: stores a file without a range that another file already contains."""

from __future__ import annotations

import struct

_HEAD = struct.Struct("<3Q")
"""Where the range stood, where it begins in the other file, and its length; the rest of the file follows."""


def cut(content: bytes, run: bytes, other: bytes) -> bytes:
    """Remove a range of bytes that both files contain.

    Raises:
        ValueError: one of them does not contain it.
    """
    place = content.index(run)
    return _HEAD.pack(place, other.index(run), len(run)) + content[:place] + content[place + len(run) :]


def whole(rest: bytes, other: bytes) -> bytes:
    """Restore a file that was `cut`, given the other one.

    Raises:
        ValueError: it was not cut so, or the other file is not the same.
    """
    if len(rest) < _HEAD.size:
        raise ValueError("it has no head")
    place, begin, length = _HEAD.unpack_from(rest)
    run = other[begin : begin + length]
    if place > len(rest) - _HEAD.size or len(run) < length:
        raise ValueError("it points to nowhere")
    return rest[_HEAD.size : _HEAD.size + place] + run + rest[_HEAD.size + place :]
