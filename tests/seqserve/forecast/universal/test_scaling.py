import numpy as np
import pytest

from seqserve.forecast.universal.scaling import CLIP, scale


def test_a_window_is_scaled_by_the_mean_of_its_last_season_and_its_spread() -> None:
    random = np.random.default_rng(0)
    values = 50 + 4 * random.standard_normal((3, 500))
    found = scale(values, season=12)
    np.testing.assert_allclose(found.place, values[:, -12:].mean(axis=1), rtol=1e-9)
    np.testing.assert_allclose(found.spread, values[:, -64:].std(axis=1), rtol=1e-6)
    np.testing.assert_allclose(found.x, (values - found.place[:, None]) / found.spread[:, None], rtol=1e-9)


@pytest.mark.parametrize("factor", [1e-12, 1.0, 1e12, -3.0])
def test_units_do_not_matter(factor: float) -> None:
    values = np.random.default_rng(0).standard_normal((2, 100)) + 3
    np.testing.assert_allclose(scale(values * factor, 7).x, np.sign(factor) * scale(values, 7).x, rtol=1e-6)


def test_a_large_offset_does_not_hide_what_changes() -> None:
    values = np.arange(100.0)[None, :]
    np.testing.assert_allclose(scale(values + 1e9, 1).x, scale(values, 1).x, rtol=1e-3)


def test_one_outlier_moves_neither_place_nor_spread_by_much() -> None:
    values = 10 + np.random.default_rng(0).standard_normal((1, 128))
    calm = scale(values, 12)
    for place in (70, 127):
        spoilt = values.copy()
        spoilt[0, place] = 1e6
        found = scale(spoilt, 12)
        assert abs(found.place - calm.place)[0] < 2
        assert found.spread[0] < 3 * calm.spread[0]
        assert found.x[0, place] == CLIP


def test_rare_demand_has_a_spread() -> None:
    values = np.zeros((1, 128))
    values[0, ::20] = 5.0
    assert 0.5 < scale(values, 7).spread[0] < 5


@pytest.mark.parametrize(
    "values", [[7.0], [7.0, 7.0], [0.0] * 9, [np.nan] * 4, [np.nan, 1e300], [1e-300, 2e-300, 3e-300]]
)
def test_what_has_no_spread_is_finite(values: list[float]) -> None:
    found = scale(np.array([values]), 12)
    assert all(np.isfinite(part).all() for part in found)
    assert (found.spread > 0).all()


def test_gaps_are_not_counted() -> None:
    values = np.random.default_rng(0).standard_normal((1, 60)) + 5
    gaps = values.copy()
    gaps[0, [10, 20, 58]] = np.nan
    found = scale(gaps, 6)
    assert found.place[0] == pytest.approx(np.nanmean(gaps[0, -6:]))
    assert found.x[0, 20] == found.known[0, 20] == 0
