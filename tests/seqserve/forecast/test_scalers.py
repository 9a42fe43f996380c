import json
from typing import get_args

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pydantic import ValidationError

from seqserve.core.arrays import Floats
from seqserve.forecast import scalers
from seqserve.forecast.scalers import MAX_MAGNITUDE, ScalerKind

KINDS: tuple[ScalerKind, ...] = get_args(ScalerKind)
kinds = pytest.mark.parametrize("kind", KINDS)

# Denormals, ordinary numbers, and the largest that are scaled.
numbers = st.floats(-1e3, 1e3) | st.floats(-MAX_MAGNITUDE, MAX_MAGNITUDE) | st.floats(-1e-300, 1e-300)
series = arrays.arrays(np.float64, st.tuples(st.integers(1, 20), st.integers(1, 3)), elements=numbers)


@kinds
@given(fitted_on=series, data=st.data())
def test_the_inverse_gives_back_every_value(kind: ScalerKind, fitted_on: Floats, data: st.DataObject) -> None:
    shape = (2, data.draw(st.integers(1, 12)), fitted_on.shape[1])
    raw = data.draw(arrays.arrays(np.float64, shape, elements=numbers))
    affine = scalers.fit(kind, fitted_on).affine(raw)
    scaled = affine.apply(raw)
    assert np.isfinite(scaled).all()
    for target in range(shape[2]):
        back = affine.invert(scaled[:, :, target], target)
        size = np.abs(raw[:, :, target]) + np.abs(affine.offset[:, :, target]) + affine.scale[:, :, target]
        assert (np.abs(back - raw[:, :, target]) <= 4 * np.finfo(float).eps * size).all()


@kinds
@given(fitted_on=series)
def test_json_keeps_a_scaler_exactly(kind: ScalerKind, fitted_on: Floats) -> None:
    scaler = scalers.fit(kind, fitted_on)
    assert scalers.from_json(scalers.to_json(scaler)) == scaler


def test_the_training_part_spans_zero_to_one() -> None:
    walk = np.random.default_rng(0).normal(size=(100, 3)).cumsum(axis=0)
    scaled = scalers.fit("minmax", walk).affine(walk[np.newaxis]).apply(walk[np.newaxis])
    np.testing.assert_array_equal(scaled.min(axis=1), [[0, 0, 0]])
    np.testing.assert_array_equal(scaled.max(axis=1), [[1, 1, 1]])


def test_the_training_part_has_mean_zero_and_deviation_one() -> None:
    walk = 50 + np.random.default_rng(0).normal(size=(100, 2)).cumsum(axis=0)
    scaled = scalers.fit("standard", walk).affine(walk[np.newaxis]).apply(walk[np.newaxis])
    np.testing.assert_allclose(scaled.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.std(axis=1), 1)


@pytest.mark.parametrize("level", [1e-320, 1e-200, 1e-3, 1, 1e9, 1e150])
def test_each_window_has_mean_zero_and_deviation_one_at_any_magnitude(level: float) -> None:
    raw = level * np.random.default_rng(0).uniform(-1, 1, size=(5, 30, 2))
    scaled = scalers.fit("window", [1.0]).affine(raw).apply(raw)
    if level < 1e-300:  # too small to be told from a constant
        np.testing.assert_allclose(scaled, 0, atol=1e-10)
    else:
        np.testing.assert_allclose(scaled.mean(axis=1), 0, atol=1e-12)
        np.testing.assert_allclose(scaled.std(axis=1), 1)


@given(st.floats(-1e4, 1e4), st.floats(1e-2, 1e3))
def test_a_window_looks_alike_at_any_level_and_scale(level: float, scale: float) -> None:
    raw = np.random.default_rng(0).normal(size=(1, 30, 1))
    scaler = scalers.fit("window", [0.0])
    moved = level + scale * raw
    here, there = scaler.affine(raw).apply(raw), scaler.affine(moved).apply(moved)
    np.testing.assert_allclose(there, here, atol=1e-13 * (1 + abs(level)) / scale + 1e-9)


@kinds
@given(st.floats(-MAX_MAGNITUDE, MAX_MAGNITUDE), st.integers(1, 20))
@example(0.1, 3)
def test_a_constant_series_becomes_zero(kind: ScalerKind, value: float, steps: int) -> None:
    constant = np.full((1, steps, 1), value)
    affine = scalers.fit(kind, constant[0]).affine(constant)
    scaled = affine.apply(constant)
    np.testing.assert_allclose(scaled, 0, atol=1e-6 * max(1.0, abs(value) if kind == "standard" else 1.0))
    np.testing.assert_allclose(affine.invert(scaled[:, :, 0], 0), constant[:, :, 0], rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("kind", ["minmax", "standard"])
@pytest.mark.parametrize("spread", [0, 5e-324, 1e-310, 1e-200, 1e-150, 1e-10, 1.0])
def test_a_value_far_outside_the_fitted_range_stays_a_number(kind: ScalerKind, spread: float) -> None:
    scaler = scalers.fit(kind, [0.0, spread])
    for value in (MAX_MAGNITUDE, -MAX_MAGNITUDE):
        assert np.isfinite(scaler.affine(np.zeros((1, 1, 1))).apply(np.array([[[value]]]))).all()


def test_values_outside_the_training_part_are_counted() -> None:
    raw = np.array([[[0.0, 5.0], [1.5, 5.0], [-0.1, 7.0]]])
    training = [[0.0, 5.0], [1.0, 6.0]]
    assert scalers.fit("minmax", training).outside(raw) == 3
    assert scalers.fit("standard", training).outside(raw) == 3
    assert scalers.fit("window", training).outside(raw) == 0


@kinds
@pytest.mark.parametrize("values", [[], [np.nan], [1.0, np.inf], [2 * MAX_MAGNITUDE], [[1.0, None]]])
def test_what_no_scaler_is_fitted_on(kind: ScalerKind, values: list[float]) -> None:
    with pytest.raises(ValueError, match="finite values"):
        scalers.fit(kind, values)


@pytest.mark.parametrize(
    "content",
    [
        {"kind": "other", "low": [0], "high": [1]},
        {"low": [0], "high": [1]},
        {"kind": "minmax", "low": [0]},
        {"kind": "minmax", "low": [0], "high": [1, 2]},
        {"kind": "minmax", "low": [], "high": []},
        {"kind": "standard", "low": [0], "high": [1], "mean": [0, 1], "deviation": [1]},
        {"kind": "minmax", "low": [0], "high": ["NaN"]},
        {"kind": "minmax", "low": [0], "high": [1], "more": 1},
        [],
    ],
)
def test_what_is_no_scaler(content: object) -> None:
    with pytest.raises(ValidationError):
        scalers.from_json(json.dumps(content).encode())


def test_the_kinds_of_a_job_are_the_scalers_there_are() -> None:
    assert tuple(scalers.KINDS) == get_args(scalers.ScalerKind)
    assert all(type(scalers.fit(kind, [1.0, 2.0])) is scalers.KINDS[kind] for kind in get_args(scalers.ScalerKind))
