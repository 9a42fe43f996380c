"""A file without a run of bytes that another file has too, which so is kept once."""

from __future__ import annotations

import struct

_HEAD = struct.Struct("<3Q")
"""Where the run stood, where it begins in the other file, and its length; what is left of the file follows."""


def cut(content: bytes, run: bytes, other: bytes) -> bytes:
    """A file without a run of bytes that stands in both.

    Raises:
        ValueError: it does not.
    """
    place = content.index(run)
    return _HEAD.pack(place, other.index(run), len(run)) + content[:place] + content[place + len(run) :]


def whole(rest: bytes, other: bytes) -> bytes:
    """The file that was `cut`, given the other one.

    Raises:
        ValueError: it is no such file, or the other one is another.
    """
    if len(rest) < _HEAD.size:
        raise ValueError("it has no head")
    place, begin, length = _HEAD.unpack_from(rest)
    run = other[begin : begin + length]
    if place > len(rest) - _HEAD.size or len(run) < length:
        raise ValueError("it points to nowhere")
    return rest[_HEAD.size : _HEAD.size + place] + run + rest[_HEAD.size + place :]
