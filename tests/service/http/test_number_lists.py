from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.http import number_lists
from service.http.problems import Problem


@given(st.lists(st.none() | st.integers(-(2**53), 2**53) | st.floats(-1e300, 1e300), max_size=50), st.integers(1, 30))
def test_the_parts_of_a_list_are_the_list(numbers: list[float | None], size: int) -> None:
    content = json.dumps({"model": "y", "series": {"y": numbers, "sizes": [len(numbers)]}}).encode()
    before, number_lists.PART = number_lists.PART, size
    try:
        taken = number_lists.taken_out(content, "y")
    finally:
        number_lists.PART = before
    assert taken is not None
    rest, parts = taken
    assert json.loads(rest) == {"model": "y", "series": {"y": [], "sizes": [len(numbers)]}}
    found = np.concatenate(list(map(number_lists.parsed, parts)))
    wanted = np.array([np.nan if number is None else number for number in numbers])
    assert np.array_equal(found, wanted, equal_nan=True)


@pytest.mark.parametrize(
    "content",
    [b"{}", b'{"y": 7}', b'{"y": [1, 2', b'{"y": [[1], [2]]}', b'{"y": ["a"]}', b'{"y": [{}]}', b'{"x": "y"}'],
)
def test_what_is_no_list_of_numbers_stays(content: bytes) -> None:
    assert number_lists.taken_out(content, "y") is None


def test_wrong_numbers_are_told() -> None:
    for part in (b"1 2", b"1,", b"NaN"):
        with pytest.raises(Problem):
            number_lists.parsed(part)
    for part in (b"true", b"1" + b"0" * 400):
        with pytest.raises((ValueError, Problem)):
            number_lists.parsed(part)
    assert len(number_lists.parsed(b" ")) == 0
