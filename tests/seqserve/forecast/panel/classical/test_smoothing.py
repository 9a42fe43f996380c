"""Exponential smoothing of many windows at once."""

from __future__ import annotations

import numpy as np
import pytest

from seqserve.forecast.panel.classical import smoothing


def test_a_constant_continues() -> None:
    x = np.full((2, 20), 4.0)
    assert np.allclose(smoothing.simple(x, 3), 4)
    assert np.allclose(smoothing.damped(x, 3), 4)
    assert np.allclose(smoothing.winters(x, 5, np.zeros((2, 5)), 3), 4)


def test_a_level_that_moved_is_followed_and_noise_is_averaged() -> None:
    random = np.random.default_rng(0)
    walk, noise = random.normal(size=(40, 60)).cumsum(axis=1), random.normal(size=(40, 60))
    assert np.abs(smoothing.simple(walk, 1)[:, 0] - walk[:, -1]).mean() < 0.3
    assert np.abs(smoothing.simple(noise, 1)).mean() < 0.4


def test_a_trend_goes_on() -> None:
    line = np.arange(40.0)[np.newaxis]
    ahead = smoothing.damped(line, 4)[0]
    assert (np.diff(ahead) > 0.5).all()
    assert ahead[0] == pytest.approx(40, abs=1)


def test_a_season_is_learned_though_the_profile_knows_none() -> None:
    x = np.tile([5.0, 0.0, -5.0], 30)[np.newaxis]
    assert smoothing.winters(x, 3, np.zeros((1, 3)), 3)[0] == pytest.approx([5, 0, -5], abs=1)


@pytest.mark.parametrize("padding", [1, 7, 30])
def test_what_is_before_a_history_does_not_count(padding: int) -> None:
    x = np.random.default_rng(1).normal(size=(3, 24)).cumsum(axis=1)
    padded = np.concatenate([np.full((3, padding), np.nan), x], axis=1)
    start = np.random.default_rng(2).normal(size=(3, 4))
    for found, expected in (
        (smoothing.simple(padded, 3), smoothing.simple(x, 3)),
        (smoothing.damped(padded, 3), smoothing.damped(x, 3)),
        (smoothing.winters(padded, 4, start, 3), smoothing.winters(x, 4, start, 3)),
    ):
        assert np.allclose(found, expected)
