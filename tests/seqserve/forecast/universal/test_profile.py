from __future__ import annotations

import numpy as np
import pytest

from seqserve.forecast.universal import profile


def test_a_profile_is_the_mean_of_the_last_cycles_without_level_and_slope() -> None:
    shape = np.array([3.0, -1.0, -2.0, 0.0])
    values = np.tile(shape, 8) + 0.3 * np.arange(32)
    found = profile.of(values[None, :], np.ones((1, 32)), 4)
    np.testing.assert_allclose(found.shape[0], shape, atol=0.05)
    assert found.strength[0] > 0.95


@pytest.mark.parametrize("length", [3, 7, 12])
def test_a_profile_needs_two_cycles(length: int) -> None:
    found = profile.of(np.random.default_rng(0).standard_normal((1, length)), np.ones((1, length)), 12)
    assert not found.shape.any()
    assert not found.strength.any()
