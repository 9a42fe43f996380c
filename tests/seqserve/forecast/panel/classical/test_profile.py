"""What the steps of a season add."""

from __future__ import annotations

import numpy as np

from seqserve.forecast.panel.classical import profile


def test_a_season_that_repeats_is_found_beside_a_trend() -> None:
    season = np.array([3.0, -1.0, 0.0, -2.0])
    x = np.tile(season, 6) + 0.5 * np.arange(24)
    found = profile.profile(x[np.newaxis], 4)[0]
    assert np.allclose(found, season, atol=0.4)
    assert np.allclose(profile.tiled(found[np.newaxis], 24)[0], np.tile(found, 6))
    assert np.allclose(profile.ahead(found[np.newaxis], 6)[0], [*found, *found[:2]])


def test_noise_has_none_and_neither_has_less_than_two_cycles() -> None:
    noise = np.random.default_rng(0).normal(size=(50, 48))
    assert np.abs(profile.profile(noise, 12)).mean() < 0.3
    assert not profile.profile(noise[:, :20], 12).any()
    assert not profile.profile(noise, 1).any()


def test_what_is_before_a_history_does_not_count() -> None:
    x = np.tile([1.0, -1.0, 0.0], 8)
    padded = np.concatenate([np.full(9, np.nan), x])
    assert np.allclose(profile.profile(padded[np.newaxis], 3), profile.profile(x[np.newaxis], 3))
