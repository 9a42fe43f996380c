"""Quantiles around a forecast."""

from __future__ import annotations

import numpy as np
import pytest

from seqserve.forecast.panel import intervals
from seqserve.forecast.panel.intervals import PROBABILITIES, Intervals
from seqserve.forecast.panel.view import View
from testing.tiny.panel import config, weekly, windows


def view(history: np.ndarray) -> View:
    return View(windows(history), (7,), "none", 0.01)


def test_quantiles_ascend_around_the_mean() -> None:
    seen = view(weekly(28)[np.newaxis])
    mean = np.array([[50.0, 51.0, 52.0]])
    grid = config().intervals.grid(seen, mean)
    assert grid.shape == (1, 3, len(PROBABILITIES))
    assert (np.diff(grid, axis=2) > 0).all()
    assert np.allclose(grid[:, :, PROBABILITIES.index(0.5)], mean)


def test_a_wilder_window_has_a_larger_unit() -> None:
    calm, wild = weekly(28, 1), weekly(28, 1) + np.random.default_rng(0).normal(0, 9, 28)
    both = view(np.stack([calm, wild]))
    for unit in ("steps", "seasonal"):
        calmer, wilder = (intervals.unit_of(both, unit) * both.scaled.spread)[:, 0]
        assert calmer < wilder


def test_a_quantile_between_two_is_interpolated() -> None:
    grid = np.array([np.array(PROBABILITIES) * 10])
    assert intervals.read_off(grid, PROBABILITIES, 0.42)[0] == pytest.approx(4.2)


def test_what_does_not_fit_together_is_refused() -> None:
    with pytest.raises(ValueError, match="a number for each probability"):
        Intervals(transform="none", unit="spread", probabilities=[0.1, 0.5, 0.9], offsets=[[0.0, 1.0]])
    with pytest.raises(ValueError, match="do not ascend"):
        Intervals(transform="none", unit="spread", probabilities=[0.5, 0.1, 0.9], offsets=[[0.0, 1.0, 2.0]])
