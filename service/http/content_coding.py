"""Content codings of bodies and answers: gzip and zstd."""

from __future__ import annotations

import zlib
from typing import Protocol

from backports import zstd

Buffer = bytes | memoryview

CODINGS = ("zstd", "gzip")
"""The one that is preferred first."""

_GZIP = 16 + zlib.MAX_WBITS
_GZIP_LEVEL = 4
_ZSTD_LEVEL = 3
_WINDOW_LOG = 23
"""8 MB: what a zstd decoder of HTTP must have, and no more. Reference: RFC 9659."""
_PART = 2**20
_FEED = 2**16
"""Bytes that a decoder is given at a time: it copies those that are not of its member."""
_MOST_MEMBERS = 1_000
"""Members or frames of a body: each takes a decoder, and an empty one takes 8 bytes."""


class TooLargeError(Exception):
    """Unpacked, a body is larger than it may be."""


class DamagedError(Exception):
    """A body is not in its coding, or not whole."""


class Compressor(Protocol):
    """Packs an answer that comes in parts; nothing is held back."""

    def add(self, part: bytes) -> bytes: ...
    def end(self) -> bytes: ...


def unpack(content: bytes, coding: str, most: int) -> bytes:
    """Unpack a body, which may be of several members or frames, but not of very many.

    Args:
        most: bytes that it may have unpacked; no more than a part beyond that is made.

    Raises:
        TooLargeError, DamagedError: it cannot be.
    """
    view, start = memoryview(content), 0
    parts: list[bytes] = []
    size = members = 0
    try:
        while start < len(view):
            members += 1
            if members > _MOST_MEMBERS:
                raise DamagedError(f"it is packed in more than {_MOST_MEMBERS} pieces")
            stream = _Gunzip() if coding == "gzip" else _Unzstd()
            while not stream.eof:
                fed = view[start : start + _FEED] if stream.needs_input else b""
                start += len(fed)
                part = stream.next(fed)
                if not (part or fed or stream.eof):
                    raise DamagedError("it ends too early")
                parts.append(part)
                size += len(part)
                if size > most:
                    raise TooLargeError
            start -= len(stream.unused_data)
    except (zlib.error, zstd.ZstdError) as error:
        raise DamagedError(str(error)) from None
    return b"".join(parts)


def pack(content: bytes, coding: str) -> bytes:
    """Pack a whole answer."""
    if coding == "zstd":
        return zstd.compress(content, _ZSTD_LEVEL)
    return zlib.compress(content, _GZIP_LEVEL, _GZIP)


def compressor(coding: str) -> Compressor:
    """Packs an answer part by part."""
    return _Zstd() if coding == "zstd" else _Gzip()


class _Gunzip:
    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP)

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def needs_input(self) -> bool:
        return not self._stream.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def next(self, content: Buffer) -> bytes:
        return self._stream.decompress(content or self._stream.unconsumed_tail, _PART)


class _Unzstd:
    def __init__(self) -> None:
        self._stream = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG})

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def needs_input(self) -> bool:
        return self._stream.needs_input

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def next(self, content: Buffer) -> bytes:
        return self._stream.decompress(content, _PART)


class _Gzip:
    def __init__(self) -> None:
        self._stream = zlib.compressobj(_GZIP_LEVEL, wbits=_GZIP)

    def add(self, part: bytes) -> bytes:
        return self._stream.compress(part) + self._stream.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self._stream.flush()


class _Zstd:
    def __init__(self) -> None:
        self._stream = zstd.ZstdCompressor(_ZSTD_LEVEL)

    def add(self, part: bytes) -> bytes:
        return self._stream.compress(part, mode=zstd.ZstdCompressor.FLUSH_BLOCK)

    def end(self) -> bytes:
        return self._stream.flush()
