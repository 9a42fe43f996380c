"""Windows by their own level and spread."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from seqserve.core.arrays import Floats
from seqserve.forecast.panel import scaling


@given(arrays(float, (3, 20), elements=st.floats(10, 1e4)), st.sampled_from(["none", "log"]))
def test_scaled_values_come_back(values: Floats, transform: scaling.Transform) -> None:
    scaled = scaling.scale(values, 4, transform, 0.0)
    near = np.clip(scaled.place(values), -scaling.REACH, scaling.REACH) == scaled.place(values)
    back = scaled.invert(scaled.apply(values))
    assert np.allclose(back[near], values[near], rtol=1e-6)


def test_a_gap_takes_the_value_a_season_before() -> None:
    values = np.array([[np.nan, 1.0, 2.0, 3.0, 4.0, np.nan, np.nan, np.nan]])
    assert scaling.fill(values, 3)[0, 1:].tolist() == [1, 2, 3, 4, 2, 3, 4]
    assert scaling.fill(values, 1)[0, 1:].tolist() == [1, 2, 3, 4, 4, 4, 4]
    assert np.isnan(scaling.fill(values, 3)[0, 0])


@pytest.mark.parametrize("value", [0.0, 5.0, -1e9])
def test_a_window_at_rest_has_a_spread(value: float) -> None:
    scaled = scaling.scale(np.full((1, 30), value), 7, "none", 0.5)
    assert scaled.spread[0, 0] >= 0.5
    assert np.isfinite(scaled.x).all()
    assert scaled.invert(np.zeros((1, 2)))[0].tolist() == pytest.approx([value, value])


def test_a_logarithm_takes_values_that_have_none() -> None:
    scaled = scaling.scale(np.array([[10.0, 12.0, 0.0, 11.0, 9.0, 10.0]]), 1, "log", 0.0)
    assert np.isfinite(scaled.x).all()
    assert (scaled.invert(np.array([[-100.0, 100.0]])) >= 0).all()
