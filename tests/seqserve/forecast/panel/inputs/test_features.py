"""What a linear model sees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from seqserve.forecast.panel.inputs.features import LinearInputs, features
from seqserve.forecast.panel.view import View
from testing.tiny.panel import weekly, windows

PLAIN = LinearInputs(lags=3, anchor=0, bases=False, calendar=False, covariates=False)


def test_lags_are_the_latest_scaled_values_and_seasonal_ones_go_with_their_step() -> None:
    view = View(windows(weekly(28)[np.newaxis]), (7,), "none", 0.0)
    found = features(view.windows, view.scaled, view.bases, (7,), PLAIN)
    assert np.allclose(found.shared[0], view.scaled.x[0, -3:])
    anchor = view.bases[0, :, 0]
    assert np.allclose(found.steps[0, :, 0], view.scaled.x[0, -7:-4] - anchor)
    assert np.allclose(found.steps[0, :, 1], view.scaled.x[0, -14:-11] - anchor)


def test_each_switch_brings_its_columns() -> None:
    plain = windows(weekly(28)[np.newaxis])
    known = np.arange(31.0).reshape(1, 31, 1)
    full = replace(plain, known=known, static=np.ones((1, 2)), calendar=np.ones((1, 3, 4)))
    view = View(full, (7,), "none", 0.0)
    base = features(full, view.scaled, view.bases, (7,), PLAIN)
    dated = features(full, view.scaled, view.bases, (7,), PLAIN.model_copy(update={"calendar": True}))
    assert dated.steps.shape[2] - base.steps.shape[2] == 4
    beside = features(full, view.scaled, view.bases, (7,), PLAIN.model_copy(update={"covariates": True}))
    assert beside.shared.shape[1] - base.shared.shape[1] == 2 + 14
    assert beside.steps[0, :, -2].tolist() == [28, 29, 30]  # of the steps ahead
    assert beside.steps[0, :, -1].tolist() == [21, 22, 23]  # of the steps that the seasonal lags show


def test_some_rows_and_steps_can_be_taken() -> None:
    view = View(windows(np.stack([weekly(28, 1), weekly(28, 2)])), (7,), "none", 0.0)
    found = features(view.windows, view.scaled, view.bases, (7,), PLAIN)
    assert found[np.array([False, True])].shared.shape == (1, 3)
    assert found.at(np.array([0, 2])).steps.shape[1] == 2
