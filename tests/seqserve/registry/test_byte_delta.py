from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqserve.registry import byte_delta


@given(st.binary(max_size=20), st.binary(max_size=20), st.binary(max_size=20), st.binary(max_size=20), st.binary())
def test_a_file_is_whole_again(head: bytes, run: bytes, tail: bytes, before: bytes, behind: bytes) -> None:
    content, other = head + run + tail, before + run + behind
    rest = byte_delta.cut(content, run, other)
    assert len(rest) == 24 + len(content) - len(run)
    assert byte_delta.whole(rest, other) == content


def test_a_run_must_stand_in_both() -> None:
    with pytest.raises(ValueError, match="not found"):
        byte_delta.cut(b"abc", b"b", b"xyz")


@pytest.mark.parametrize("rest", [b"", b"x" * 23, b"\xff" * 100, b"\1" + bytes(23)])
def test_what_was_not_cut_so_is_an_error(rest: bytes) -> None:
    with pytest.raises(ValueError, match=r"no head|nowhere"):
        byte_delta.whole(rest, b"other")


def test_another_file_of_less_bytes_is_noticed() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        byte_delta.whole(byte_delta.cut(b"abcdef", b"cde", b"--cde"), b"--cd")
