from __future__ import annotations

import numpy as np
import pytest

from seqserve.forecast.universal import levels
from seqserve.forecast.universal.levels import ALPHAS, MEMORIES, WINDOW
from seqserve.forecast.universal.profile import Profile

NONE = Profile(np.zeros((1, 1)), np.zeros(1))


def window(known: float = 0.8, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    there = (random.random((1, WINDOW)) < known).astype(float)
    return np.cumsum(random.standard_normal((1, WINDOW))) * there, there


@pytest.mark.parametrize("number", range(len(MEMORIES)))
def test_a_line_is_that_of_weighted_least_squares(number: int) -> None:
    x, there = window()
    found = levels.of(x, there, NONE)
    time = np.arange(1 - WINDOW, 1)
    weights = there[0] * MEMORIES[number] ** -time
    mean_time, mean = np.average(time, weights=weights), np.average(x[0], weights=weights)
    spread = (weights * (time - mean_time) ** 2).sum() + 1e-3  # by which a slope is shrunk
    slope = (weights * (time - mean_time) * (x[0] - mean)).sum() / spread
    assert found.slopes[0, number] == pytest.approx(slope, rel=1e-10)
    assert found.starts[0, number] == pytest.approx(mean - slope * mean_time, rel=1e-10)


@pytest.mark.parametrize("number", range(len(ALPHAS)))
def test_a_mean_is_that_of_exponential_smoothing(number: int) -> None:
    x, there = window(known=1.0)
    level, weight = 0.0, 0.0
    for value in x[0]:
        level = (1 - ALPHAS[number]) * level + value
        weight = (1 - ALPHAS[number]) * weight + 1
    assert levels.of(x, there, NONE).means[0, number] == pytest.approx(level / weight, rel=1e-10)
    assert levels.smoothed(x, there)[0, number] == pytest.approx(level / weight, rel=1e-10)


def test_one_value_has_a_level_and_no_slope() -> None:
    x, there = np.zeros((1, WINDOW)), np.zeros((1, WINDOW))
    x[0, 40], there[0, 40] = 3.0, 1.0
    found = levels.of(x, there, NONE)
    assert found.last[0] == 3
    assert found.drift[0] == 0
    np.testing.assert_allclose(found.slopes, 0, atol=1e-9)
    assert levels.median(found, WINDOW)[0] == 3
    assert levels.median(found, 12)[0] == 3  # none of these is known: the last one that is


def test_the_season_is_taken_off_what_is_known() -> None:
    shape = np.array([[1.0, -1.0]])
    x = 5 + np.tile(shape, 64)
    there = np.ones_like(x)
    x[0, 7] = there[0, 7] = 0
    found = levels.of(x, there, Profile(shape, np.ones(1)))
    assert found.rest[0, 7] == 0
    np.testing.assert_allclose(np.delete(found.rest[0], 7), 5)
    np.testing.assert_allclose([found.last[0], found.means[0, 1]], 5)


def test_rows_are_taken_of_all_that_is_in_a_tuple() -> None:
    x, there = (np.repeat(part, 3, axis=0) for part in window())
    found = levels.rows(levels.of(x, there, Profile(np.zeros((3, 4)), np.arange(3.0))), slice(1, 3))
    assert found.season.strength.tolist() == [1, 2]
    assert {len(part) for part in (found.rest, found.last, found.slopes, found.season.shape)} == {2}
