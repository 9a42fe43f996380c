from __future__ import annotations

import numpy as np
import pytest

from training.forecast.universal import generators
from training.forecast.universal.generators import (
    GENERATORS,
    bursts,
    calendar,
    curves,
    demand,
    diffusions,
    gaussian_process,
    instruments,
    noise,
    regimes,
    seasonal,
    shifts,
    trend_season,
)

COUNT, LENGTH = 60, 240


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def correlation(series: np.ndarray, lag: int) -> np.ndarray:
    """Of the differences of each series, at a lag."""
    changes = np.diff(series, axis=1)
    changes = changes - changes.mean(axis=1, keepdims=True)
    power = np.maximum(np.square(changes).sum(axis=1), 1e-12)
    return np.asarray((changes[:, lag:] * changes[:, :-lag]).sum(axis=1) / power)


@pytest.mark.parametrize("season", [1, 4, 7, 24, 52])
@pytest.mark.parametrize("length", [30, LENGTH])
@pytest.mark.parametrize("name", GENERATORS)
def test_series_are_finite_and_as_many_as_asked(name: str, length: int, season: int) -> None:
    draw, _ = GENERATORS[name]
    series = draw(rng(), 9, length, season)
    assert series.shape == (9, length)
    assert np.isfinite(series).all()
    np.testing.assert_array_equal(series, draw(rng(), 9, length, season))


@pytest.mark.parametrize("season", [1, 12])
def test_the_mixture_is_whole(season: int) -> None:
    series = generators.sample(rng(), 200, 60, season)
    assert series.shape == (200, 60)
    assert np.isfinite(series).all()


@pytest.mark.parametrize("draw", [trend_season.sample, calendar.sample, gaussian_process.sample])
def test_what_has_a_season_has_it_at_its_lag(draw: object) -> None:
    found = np.concatenate([draw(rng(seed), COUNT, LENGTH, 12) for seed in range(6)])  # type: ignore[operator]
    without = np.median(correlation(found, 7))
    assert np.median(correlation(found, 12)) > without + 0.2


def test_prices_have_no_season() -> None:
    found = np.concatenate([diffusions.sample(rng(seed), COUNT, LENGTH, 12) for seed in range(4)])
    assert abs(np.median(correlation(found, 12))) < 0.1


def test_days_have_a_week_above_them() -> None:
    found = np.concatenate([calendar.sample(rng(seed), COUNT, 24 * 21, 24) for seed in range(4)])
    assert correlation(found, 168).mean() > correlation(found, 24).mean()


def test_demand_is_counts_that_are_often_zero() -> None:
    series = demand.sample(rng(), 300, LENGTH, 7)
    assert (series >= 0).all()
    np.testing.assert_array_equal(series, np.rint(series))
    zeros = (series == 0).mean(axis=1)
    assert (zeros > 0.5).mean() > 0.2
    assert (zeros < 0.1).mean() > 0.05


def test_bursts_die_away_and_outbreaks_come_once_a_year() -> None:
    series = np.concatenate([bursts.sample(rng(seed), COUNT, 4 * 52, 52) for seed in range(6)])
    assert (series > 0).all()
    shape = series / np.median(series, axis=1, keepdims=True)
    assert (shape.max(axis=1) > 5).mean() > 0.1
    outbreaks = bursts._outbreaks(rng(), 300, 5 * 52, 52)
    heights = outbreaks.reshape(300, 5, 52).max(axis=2)[:, 1:-1]
    assert (heights.std(axis=1) > 0.2 * heights.mean(axis=1)).mean() > 0.5
    assert (heights > 0.05).mean() > 0.95


def test_the_size_of_a_walks_steps_clusters() -> None:
    steps = np.abs(np.diff(np.concatenate([diffusions.sample(rng(seed), COUNT, 400, 1) for seed in range(6)]), axis=1))
    near, far = steps[:, :-1] / steps.mean(axis=1, keepdims=True), steps[:, 1:]
    together = [np.corrcoef(one, other)[0, 1] for one, other in zip(near, far, strict=True)]
    assert np.mean(np.array(together) > 0.15) > 0.3


def test_half_of_the_curves_are_without_noise() -> None:
    series = curves.sample(rng(), 400, 100, 1)
    bend = np.abs(np.diff(series, n=2, axis=1)).mean(axis=1)
    assert 0.3 < (bend < 0.002).mean() < 0.8


def test_levels_shift() -> None:
    series = shifts.sample(rng(), 300, LENGTH, 1)
    jump = np.abs(np.diff(series, axis=1))
    assert (jump.max(axis=1) > 8 * np.median(jump, axis=1)).mean() > 0.3


def test_regimes_change_their_size() -> None:
    series = np.concatenate([regimes.sample(rng(seed), COUNT, 400, 1) for seed in range(8)])
    halves = np.abs(np.diff(series, axis=1))
    ratio = np.log(halves[:, :200].mean(axis=1) / halves[:, 200:].mean(axis=1))
    assert np.abs(ratio).mean() > 0.15


def test_instruments_round_count_limit_and_stick() -> None:
    plain = np.cumsum(rng().standard_normal((600, 120)), axis=1)
    found = instruments.observed(rng(), plain, 12)
    assert found.shape == plain.shape
    assert np.isfinite(found).all()
    whole = (np.rint(found) == found).all(axis=1)
    assert 0.03 < whole.mean() < 0.2
    assert ((found >= 0).all(axis=1)).mean() > 0.4
    assert ((np.diff(found, axis=1) == 0).mean(axis=1) > 0.1).mean() > 0.05


def test_profiles_are_of_mean_zero_and_size_one() -> None:
    for season in (2, 7, 24):
        shape = seasonal.profiles(rng(), 50, season)
        np.testing.assert_allclose(shape.mean(axis=1), 0, atol=1e-9)
        np.testing.assert_allclose(shape.std(axis=1), 1, atol=1e-6)


def test_most_repeated_shapes_come_back_a_season_later() -> None:
    series = seasonal.repeated(rng(), seasonal.profiles(rng(1), 200, 12), 120)
    assert (np.abs(series[:, 12:] - series[:, :-12]).max(axis=1) < 1e-9).mean() > 0.3


def test_noises_have_the_size_and_memory_they_say() -> None:
    found = noise.ar1(rng(), 400, 300, 0.8)
    assert found.std() == pytest.approx(1, abs=0.05)
    assert np.mean(found[:, 1:] * found[:, :-1]) == pytest.approx(0.8, abs=0.05)
    smooth = noise.smooth(rng(), 400, 300, np.full((400, 1), 10.0))
    assert smooth.std() == pytest.approx(1, abs=0.1)
    assert np.mean(smooth[:, 10:] * smooth[:, :-10]) == pytest.approx(np.exp(-0.25), abs=0.05)
    assert np.diff(noise.walk(rng(), 400, 300), axis=1).std() == pytest.approx(1, abs=0.02)
    np.testing.assert_allclose(noise.standard(smooth).std(axis=1), 1)
    assert noise.standard(np.full((2, 9), 5.0)).any() == 0
