from __future__ import annotations

import pytest

from training.core.datasets import named
from training.core.download import DataError


def test_a_data_set_is_found_by_its_name() -> None:
    assert named({"one": 1, "two": 2}, "two") == 2


def test_an_unknown_name_lists_those_there_are() -> None:
    with pytest.raises(DataError, match="no data set 'three'; there are: one, two"):
        named({"one": 1, "two": 2}, "three")
