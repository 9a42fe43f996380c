from __future__ import annotations

import random
import tracemalloc

import pytest
from backports import zstd

from service.http import content_coding
from service.http.content_coding import CODINGS, DamagedError, TooLargeError

TEXT = b"All work and no play. " * 5_000

pytestmark = pytest.mark.parametrize("coding", CODINGS)


def test_what_is_packed_can_be_unpacked(coding: str) -> None:
    packed = content_coding.pack(TEXT, coding)
    assert len(packed) < len(TEXT) / 50
    assert content_coding.unpack(packed, coding, len(TEXT)) == TEXT
    assert content_coding.unpack(packed + packed, coding, 2 * len(TEXT)) == 2 * TEXT


def test_parts_are_sent_as_they_come(coding: str) -> None:
    stream = content_coding.compressor(coding)
    first = stream.add(b"first")
    assert len(first) > len(b"first")
    assert content_coding.unpack(first + stream.add(b", second") + stream.end(), coding, 100) == b"first, second"


def test_a_bomb_takes_no_more_memory_than_it_may(coding: str) -> None:
    bomb = content_coding.pack(bytes(100_000_000), coding)
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        content_coding.unpack(bomb, coding, 1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_what_is_damaged_is_told(coding: str) -> None:
    packed = content_coding.pack(TEXT, coding)
    for content in (packed[:-1], packed[:10], b"x" + packed, packed + b"x"):
        with pytest.raises(DamagedError):
            content_coding.unpack(content, coding, 10 * len(TEXT))


def test_a_body_of_very_many_pieces_is_refused_before_they_take_long(coding: str) -> None:
    empty = content_coding.pack(b"", coding)
    assert content_coding.unpack(empty * 1_000, coding, 100) == b""
    with pytest.raises(DamagedError, match="more than 1000 pieces"):
        content_coding.unpack(empty * 500_000, coding, 100)  # took minutes: each piece copied all that came after it


def test_pieces_may_begin_and_end_anywhere(coding: str) -> None:
    noise = random.Random(0).randbytes(150_000)
    pieces = [noise, b"", noise[:65_536], noise[:3], noise[:100_000]]
    packed = b"".join(content_coding.pack(piece, coding) for piece in pieces)
    assert content_coding.unpack(packed, coding, 10**6) == b"".join(pieces)
    with pytest.raises(DamagedError, match="ends too early"):
        content_coding.unpack(packed[:-1], coding, 10**6)


def test_a_window_of_more_than_8_mb_is_refused(coding: str) -> None:
    if coding != "zstd":
        pytest.skip("gzip has a window of 32 KB")
    options = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.compression_level: 1}
    with pytest.raises(DamagedError, match="memory"):
        content_coding.unpack(zstd.compress(bytes(20_000_000), options=options), coding, 10**9)
