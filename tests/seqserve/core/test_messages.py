from __future__ import annotations

import pytest

from seqserve.core.messages import counted


@pytest.mark.parametrize(("number", "expected"), [(0, "0 gaps"), (1, "1 gap"), (2, "2 gaps")])
def test_one_is_singular(number: int, expected: str) -> None:
    assert counted(number, "gap") == expected
