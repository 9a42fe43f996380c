from __future__ import annotations

import numpy as np
import pytest

from training.forecast.universal import augment

AHEAD = 48


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def windows(count: int = 400, length: int = 200) -> np.ndarray:
    values = 50 + np.cumsum(rng(1).standard_normal((count, length)), axis=1)
    values[::7, :60] = np.nan
    return values


def test_most_windows_stay_and_some_change() -> None:
    values = windows()
    found = augment.changed(rng(), values, AHEAD, mix=0.1)
    assert found.shape == values.shape
    assert np.mean([np.array_equal(one, other, equal_nan=True) for one, other in zip(found, values, strict=True)]) > 0.3
    assert not np.array_equal(found, values, equal_nan=True)


def test_the_windows_that_are_given_are_left_alone() -> None:
    values = windows()
    before = values.copy()
    augment.changed(rng(), values, AHEAD, mix=0.1)
    np.testing.assert_array_equal(values, before)


def test_gaps_are_put_into_the_history_alone() -> None:
    found = augment.changed(rng(), windows(), AHEAD, mix=0.0)
    assert np.isfinite(found[:, -AHEAD:]).all()
    assert np.isnan(found[:, 60:-AHEAD]).any()


def test_nothing_is_made_where_nothing_is_known() -> None:
    found = augment.changed(rng(), windows(), AHEAD, mix=0.3)
    assert np.isnan(found[::7, :60]).all()


@pytest.mark.parametrize(("length", "steps"), [(10, 3), (12, 3), (7, 7), (5, 9)])
def test_means_of_so_many_steps_end_with_the_series(length: int, steps: int) -> None:
    values = np.arange(float(length))
    found = augment.averaged(values, steps)
    assert len(found) == length // steps
    if len(found):
        assert found[-1] == values[-steps:].mean()


def test_mixtures_are_of_two_windows_or_three() -> None:
    """Of windows that have each a pulse of its own, the mixture has two pulses or three."""
    values = np.eye(60)
    mixed = augment._mixed(rng(), values, 1.0)
    pulses = (np.abs(mixed - np.median(mixed, axis=1, keepdims=True)) > 1e-6).sum(axis=1)
    assert set(pulses) <= {1, 2, 3}  # a window may be mixed with itself
    assert 0.3 < (pulses == 3).mean() < 0.7
    np.testing.assert_allclose(mixed.mean(axis=1), values.mean(axis=1), atol=1e-9)
