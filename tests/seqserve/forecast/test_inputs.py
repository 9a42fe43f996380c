from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from seqserve.errors import InputError
from seqserve.forecast.inputs import as_steps, check_gaps


@pytest.mark.parametrize(
    ("values", "features", "expected"),
    [
        ([1, 2.5], ["a"], [[1], [2.5]]),
        ([1, None], ["a"], [[1], [np.nan]]),
        ([[1], [2]], ["a"], [[1], [2]]),
        ([[1, 2], None], ["a", "b"], [[1, 2], [np.nan, np.nan]]),
        ([None, None], ["a", "b"], [[np.nan, np.nan]] * 2),
        (np.array([1.0, 2.0]), ["a"], [[1], [2]]),
    ],
)
def test_values_become_steps_of_features(values: Any, features: list[str], expected: list[list[float]]) -> None:
    np.testing.assert_array_equal(as_steps(values, features), expected)


@pytest.mark.parametrize(
    ("values", "features", "code"),
    [
        ([], ["a"], "empty"),
        ([True], ["a"], "not_a_number"),
        (["1"], ["a"], "not_a_number"),
        ([float("inf")], ["a"], "not_finite"),
        ([10**400], ["a"], "out_of_range"),
        ([[1, 2]], ["a"], "wrong_features"),
        ([1], ["a", "b"], "wrong_features"),
    ],
)
def test_anything_but_numbers_is_refused(values: list[Any], features: list[str], code: str) -> None:
    with pytest.raises(InputError) as refused:
        as_steps(values, features)
    assert (refused.value.code, refused.value.field) == (code, "values")


@pytest.mark.parametrize(("missing", "code"), [(0, None), (1, None), (2, None), (3, "too_many_gaps"), (4, "all_gaps")])
def test_more_than_half_of_a_feature_missing_is_an_error(missing: int, code: str | None) -> None:
    gaps = np.zeros((4, 2), dtype=bool)
    gaps[:missing, 1] = True
    if code is None:
        check_gaps(gaps, ["open", "close"])
        return
    with pytest.raises(InputError, match="close") as caught:
        check_gaps(gaps, ["open", "close"])
    assert (caught.value.code, caught.value.field) == (code, "values")
