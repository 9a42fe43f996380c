import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from seqserve.core.arrays import Floats
from seqserve.forecast.windows import as_series, fill_gaps, pairs, windows

sizes = st.integers(1, 12)
dimensions = st.integers(1, 3)


def numbered(steps: int, features: int = 1) -> Floats:
    """A series that says where each value comes from: step i of feature d is i + d / 10."""
    return np.arange(steps)[:, np.newaxis] + np.arange(features) / 10


@pytest.mark.parametrize("features", [1, 2, 3])
def test_a_thousand_values_and_a_window_of_fifty_give_951_windows(features: int) -> None:
    assert windows(numbered(1000, features), 50).shape == (951, 50, features)


@given(st.integers(0, 60), sizes, dimensions)
def test_window_i_holds_the_steps_from_i_on(steps: int, length: int, features: int) -> None:
    series = numbered(steps, features)
    found = windows(series, length)
    assert found.shape == (max(0, steps - length + 1), length, features)
    for i, window in enumerate(found):
        np.testing.assert_array_equal(window, series[i : i + length])


def test_one_feature_may_come_without_its_axis() -> None:
    np.testing.assert_array_equal(windows([1, 2, 3], 2), [[[1], [2]], [[2], [3]]])


def test_windows_do_not_write_into_the_series() -> None:
    with pytest.raises(ValueError, match="read-only"):
        windows(numbered(5), 2)[0, 0, 0] = 9


@given(st.integers(0, 60), sizes, sizes, dimensions, st.integers(0, 70), st.data())
def test_pairs_are_a_window_and_what_came_after_it(
    steps: int, length: int, horizon: int, features: int, first: int, data: st.DataObject
) -> None:
    target = data.draw(st.integers(0, features - 1))
    series = numbered(steps, features)
    inputs, targets = pairs(series, length, horizon, target, first)
    count = max(0, steps - max(first, length) - horizon + 1)
    assert inputs.shape == (count, length, features)
    assert targets.shape == (count, horizon)
    for i in range(count):
        begin = max(first, length) + i
        np.testing.assert_array_equal(inputs[i], series[begin - length : begin])
        np.testing.assert_array_equal(targets[i], series[begin : begin + horizon, target])


@given(st.integers(1, 60), sizes, sizes, st.integers(0, 60))
def test_no_step_is_a_target_of_two_parts(steps: int, length: int, horizon: int, cut: int) -> None:
    series = numbered(steps)
    before = pairs(series[:cut], length, horizon).targets
    behind = pairs(series, length, horizon, first=cut).targets
    assert not set(before.flat) & set(behind.flat)
    assert all(step >= cut for step in behind.flat)


def test_a_part_is_predicted_from_the_history_before_it() -> None:
    part = pairs(numbered(100), 10, 5, first=80)
    assert len(part.inputs) == 16
    np.testing.assert_array_equal(part.inputs[0, :, 0], range(70, 80))


@pytest.mark.parametrize("length", [0, -1])
def test_a_window_has_a_step_at_least(length: int) -> None:
    with pytest.raises(ValueError, match="at least one step"):
        windows(numbered(5), length)


@pytest.mark.parametrize("horizon", [0, -1])
def test_a_horizon_has_a_step_at_least(horizon: int) -> None:
    with pytest.raises(ValueError, match="at least one step"):
        pairs(numbered(5), 2, horizon)


def test_three_axes_are_no_series() -> None:
    with pytest.raises(ValueError, match="shape"):
        as_series(np.zeros((2, 2, 2)))


def test_a_gap_takes_the_value_before_it_and_a_leading_one_the_first() -> None:
    filled, gaps = fill_gaps([None, 1, 2, np.nan, None, 5, None])
    np.testing.assert_array_equal(filled[:, 0], [1, 1, 2, 2, 2, 5, 5])
    np.testing.assert_array_equal(gaps[:, 0], [True, False, False, True, True, False, True])


def test_each_feature_is_filled_by_itself() -> None:
    filled, gaps = fill_gaps([[1, None], [None, 20], [3, None]])
    np.testing.assert_array_equal(filled, [[1, 20], [1, 20], [3, 20]])
    assert gaps.sum() == 3


def test_a_feature_without_any_value_stays_a_gap() -> None:
    filled, gaps = fill_gaps([[1, None], [None, None]])
    np.testing.assert_array_equal(filled[:, 0], [1, 1])
    assert np.isnan(filled[:, 1]).all()
    assert gaps[:, 1].all()


def test_an_empty_series_has_no_gaps() -> None:
    filled, gaps = fill_gaps([])
    assert filled.shape == gaps.shape == (0, 1)


gappy = arrays.arrays(
    np.float64,
    st.tuples(st.integers(1, 30), dimensions),
    elements=st.just(np.nan) | st.floats(-1e6, 1e6),
)


@given(gappy)
def test_filling_keeps_what_was_observed_and_leaves_no_gap_behind_it(series: Floats) -> None:
    filled, gaps = fill_gaps(series)
    np.testing.assert_array_equal(gaps, np.isnan(series))
    np.testing.assert_array_equal(filled[~gaps], series[~gaps])
    observed = ~gaps.all(axis=0)
    assert not np.isnan(filled[:, observed]).any()
    for step in range(1, len(series)):
        behind = gaps[step] & ~gaps[:step].all(axis=0)
        np.testing.assert_array_equal(filled[step, behind], filled[step - 1, behind])


@given(gappy, st.integers(1, 30))
def test_filling_looks_only_backwards(series: Floats, cut: int) -> None:
    """What is known later changes nothing, once a feature has a value at all."""
    early, _ = fill_gaps(series[:cut])
    late, _ = fill_gaps(series)
    known = ~np.isnan(series[:cut]).all(axis=0)
    np.testing.assert_array_equal(early[:, known], late[:cut, known])
