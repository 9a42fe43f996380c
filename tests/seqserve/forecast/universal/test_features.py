from __future__ import annotations

import numpy as np
import pytest

from seqserve.forecast.universal import bases, features, seasons

STEPS = np.arange(1, 25)

ODD = {
    "constant": np.full(60, 7.0),
    "nothing but zeros": np.zeros(60),
    "rare demand": np.where(np.arange(200) % 23 == 0, 4.0, 0.0),
    "one value": np.r_[np.full(40, np.nan), 3.0],
    "two values": np.array([3.0, 5.0]),
    "no value": np.full(30, np.nan),
    "nothing lately": np.r_[np.arange(100.0), np.full(90, np.nan)],
    "an outlier at the end": np.r_[np.full(99, 2.0), 1e9],
    "tiny": 1e-300 * np.random.default_rng(0).standard_normal(80),
    "denormal": 5e-322 * np.random.default_rng(0).standard_normal(80),
    "huge": 1e149 * np.random.default_rng(0).standard_normal(80),
    "around nothing": np.tile([1e12, -1e12], 40),
    "all magnitudes": np.exp(np.linspace(-600, 300, 90)),
    "far from zero": 1e15 + np.arange(100.0),
    "growing without an end": 1.6 ** np.arange(200.0),
    "every second unknown": np.where(np.arange(300) % 2, np.nan, np.arange(300.0)),
}


def series(length: int, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    return 40 + 5 * np.sin(2 * np.pi * np.arange(length) / 12) + random.standard_normal(length)


@pytest.mark.parametrize(("season", "long"), [(1, 0), (7, 364), (12, 0), (24, 168)])
@pytest.mark.parametrize("length", [3, 128, 700])
def test_shapes_are_those_the_network_takes(season: int, long: int, length: int) -> None:
    found, place, spread = features.inputs(np.stack([series(length, n) for n in range(3)]), season, long, STEPS)
    assert found.patches.shape == (3, features.PATCHES, features.PATCH * features.CHANNELS)
    assert found.blocks.shape == (3, features.BLOCKS, 3)
    assert found.scalars.shape == (3, features.SCALARS)
    assert found.steps.shape == (3, len(STEPS), features.STEP)
    assert found.width.shape == place.shape == spread.shape == (3,)
    assert {array.dtype for array in found} == {np.dtype("float32")}


@pytest.mark.parametrize(("season", "long"), [(1, 0), (4, 0), (7, 364), (24, 168)])
@pytest.mark.parametrize("kind", ODD)
def test_they_are_finite_whatever_the_series(kind: str, season: int, long: int) -> None:
    found, place, spread = features.inputs(ODD[kind][None, :], season, long, STEPS)
    for name, array in [*found._asdict().items(), ("place", place), ("spread", spread)]:
        assert np.isfinite(array).all(), name
    assert (spread > 0).all()
    assert (found.width > 0).all()


@pytest.mark.parametrize(("season", "long"), [(1, 0), (7, 364), (12, 0), (24, 168)])
def test_many_windows_are_as_each_alone(season: int, long: int) -> None:
    histories = [series(length, length) for length in (3, 20, 150, 600)]
    histories[2][[10, 70, 140]] = np.nan
    rows = seasons.right_aligned(histories, 700)
    together = features.inputs(rows, season, long, STEPS)
    for number in range(len(rows)):
        alone = features.inputs(rows[number : number + 1], season, long, STEPS)
        np.testing.assert_allclose(together[1][number], alone[1][0], rtol=1e-12)
        np.testing.assert_allclose(together[2][number], alone[2][0], rtol=1e-9)
        for name, many, one in zip(features.Inputs._fields, together[0], alone[0], strict=True):
            np.testing.assert_allclose(many[number], one[0], atol=2e-5, err_msg=name)


SHARE_KNOWN = 17
"""The one scalar that says how much of a window is known: that of a padded one is less."""


@pytest.mark.parametrize("length", [3, 30, 200, 1000])
def test_what_is_padded_before_a_series_changes_only_the_share_that_is_known(length: int) -> None:
    values = series(length)
    alone = features.inputs(seasons.right_aligned([values], max(length, 128)), 12, 0, STEPS)
    padded = features.inputs(seasons.right_aligned([values], 2048), 12, 0, STEPS)
    for name, one, other in zip(features.Inputs._fields, alone[0], padded[0], strict=True):
        one, other = np.array(one), np.array(other)
        if name == "scalars":
            assert other[0, SHARE_KNOWN] <= one[0, SHARE_KNOWN]
            one[:, SHARE_KNOWN] = other[:, SHARE_KNOWN] = 0
        np.testing.assert_allclose(other, one, atol=2e-5, err_msg=name)


def test_each_step_is_by_itself() -> None:
    values = series(300)[None, :]
    whole = features.inputs(values, 12, 0, np.arange(1, 100))[0]
    for steps in ([1], [48, 3, 99], range(49, 97)):
        found = features.inputs(values, 12, 0, np.array(steps))[0]
        np.testing.assert_array_equal(found.steps, whole.steps[:, np.array(steps) - 1])
        np.testing.assert_array_equal(found.scalars, whole.scalars)


@pytest.mark.parametrize("factor", [1e-9, 1e12])
def test_units_do_not_matter(factor: float) -> None:
    values = np.random.default_rng(0).standard_normal((2, 200)) + 3  # not whole, and some of them below zero
    plain, place, spread = features.inputs(values, 12, 0, STEPS)
    other, other_place, other_spread = features.inputs(values * factor, 12, 0, STEPS)
    np.testing.assert_allclose(other_place, place * factor, rtol=1e-9)
    np.testing.assert_allclose(other_spread, spread * factor, rtol=1e-9)
    for name, one, two in zip(features.Inputs._fields, plain, other, strict=True):
        np.testing.assert_allclose(two, one, atol=1e-4, err_msg=name)


def test_a_blocks_column_says_what_is_known() -> None:
    values = np.full(features.CONTEXT, 5.0)
    values[: -(bases.WINDOW + 2 * features.BLOCK)] = np.nan
    values[-(bases.WINDOW + features.BLOCK) : -bases.WINDOW : 2] = np.nan
    share = features.inputs(values[None, :], 1, 0, STEPS)[0].blocks[0, :, 2]
    np.testing.assert_allclose(share, [0.0] * (features.BLOCKS - 2) + [1.0, 0.5])


def test_the_scalars_say_what_kind_of_series_it_is() -> None:
    def scalars(values: np.ndarray) -> np.ndarray:
        return features.inputs(values[None, :], 7, 0, STEPS)[0].scalars[0]

    zeros, repeats, nonnegative, whole = 5, 6, 8, 9
    demand = np.where(np.arange(128) % 4 == 0, 3.0, 0.0)
    assert scalars(demand)[zeros] == pytest.approx(0.75)
    assert scalars(demand)[nonnegative] == scalars(demand)[whole] == 1
    assert scalars(np.full(128, 2.5))[repeats] == pytest.approx(127 / 128)
    assert scalars(np.full(128, 2.5))[whole] == 0
    assert scalars(-demand)[nonnegative] == 0


def test_steps_look_back_whole_cycles() -> None:
    values = np.random.default_rng(0).standard_normal(100)
    found, place, spread = features.inputs(values[None, :], 12, 0, STEPS)
    back = found.steps[0, :, :3] * spread + place
    for cycle in range(3):
        expected = [values[100 - 12 * (cycle + 1) + (step - 1) % 12] for step in STEPS]
        np.testing.assert_allclose(back[:, cycle], expected, rtol=1e-5, atol=1e-6)
