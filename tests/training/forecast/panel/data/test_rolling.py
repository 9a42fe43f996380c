"""Where series are split, and from where they are forecast."""

from __future__ import annotations

import numpy as np
import pytest

from seqserve.core.arrays import Floats
from training.forecast.panel.data import rolling
from training.forecast.panel.data.series import PanelSeries


def series(values: Floats, name: str = "a") -> PanelSeries:
    """A series with nothing beside it."""
    steps = len(values)
    return PanelSeries(name, values, np.zeros((steps, 0)), np.zeros((steps, 0)), np.zeros(0), np.zeros((steps, 0)))


def test_no_target_is_in_two_parts_and_no_fold_trains_on_what_it_forecasts() -> None:
    panel = [series(np.arange(float(steps)), str(steps)) for steps in (60, 90)]
    bounds = rolling.bounds([60, 90], 5, None, None, 9)
    parts = rolling.split(panel, bounds, 20, 5, 7, 0)
    assert len(np.unique(parts.fold)) > 1
    for number in (0, 1):
        test = bounds[number].test
        assert np.nanmax(parts.train.targets[parts.train.series == number]) < test
        assert np.nanmax(parts.validation.targets[parts.validation.series == number]) < test
        assert parts.test.targets[parts.test.series == number].min() >= test
        for fold in np.unique(parts.fold):
            rows = (parts.fold == fold) & (parts.validation.series == number)
            trained = parts.trained(fold)[parts.train.series == number]
            assert np.nanmax(trained) < parts.validation.targets[rows].min()


def test_a_window_ends_where_its_targets_begin() -> None:
    parts = rolling.split([series(np.arange(80.0))], rolling.bounds([80], 4, None, None, 9), 12, 4, 7, 0)
    for part in (parts.train, parts.validation, parts.test):
        assert np.array_equal(part.windows.history[:, -1] + 1, part.targets[:, 0])
        assert np.array_equal(part.origins, part.targets[:, 0])


def test_horizons_of_all_series_count_once_however_many_origins_there_are() -> None:
    panel = [series(np.arange(float(steps)), str(steps)) for steps in (500, 700)]
    parts = rolling.split(panel, rolling.bounds([500, 700], 10, 50, 100, 9), 20, 10, 7, 0)
    assert rolling.horizons(parts.validation) == 20.0
    assert rolling.horizons(parts.validation[np.arange(0, len(parts.validation), 13)]) == pytest.approx(20, abs=2.5)


def test_the_last_horizon_can_be_held_out() -> None:
    lengths = [40, 100]
    panel = [series(np.arange(float(steps))) for steps in lengths]
    parts = rolling.split(panel, rolling.bounds(lengths, 6, 6, None, 9), 20, 6, 1, 0)
    assert parts.test.origins.tolist() == [34, 94]


def test_a_series_too_short_for_parts_only_trains() -> None:
    found = rolling.bounds([9, 300], 6, None, None, 12)
    assert found[0] == rolling.Bounds((), 9, 9)
    assert found[1].folds


def test_a_scale_counts_observed_steps_only() -> None:
    values = np.array([0.0, 1.0, np.nan, np.nan, 2.0, 4.0, 4.0, 5.0, 100.0])
    bounds = [rolling.Bounds((6,), 8, 9)]
    assert rolling.scales([series(values)], bounds, 1) == pytest.approx([np.mean([1, 2, 0, 1])])
    assert np.isnan(rolling.scales([series(np.tile([1.0, 2.0], 5))], [rolling.Bounds((6,), 8, 10)], 2)).all()


def test_a_window_of_gaps_is_no_window() -> None:
    values = np.arange(100.0)
    values[40:70] = np.nan
    parts = rolling.split([series(values)], rolling.bounds([100], 2, None, None, 9), 10, 2, 1, 0)
    assert not set(range(46, 72)) & set(parts.train.origins)
