"""What a network sees."""

from __future__ import annotations

import numpy as np

from seqserve.forecast.panel.inputs.network_inputs import NetworkInputs, inputs
from seqserve.forecast.panel.view import View
from testing.tiny.panel import weekly, windows

WHICH = NetworkInputs(patch=4, patches=5, calendar=True, covariates=True)


def test_patches_end_with_the_last_step() -> None:
    view = View(windows(weekly(40)[np.newaxis]), (7,), "none", 0.0)
    found = inputs(view, WHICH)
    assert found.patches.shape == (1, 5, 12)
    assert found.patches[0, -1, -3] == view.scaled.x[0, -1]
    assert found.patches[0, -1, -2] == view.scaled.x[0, -8]


def test_a_history_shorter_than_what_is_looked_at_is_padded() -> None:
    view = View(windows(np.concatenate([np.full(3, np.nan), weekly(5)])[np.newaxis]), (7,), "none", 0.0)
    found = inputs(view, WHICH)
    assert found.patches.shape == (1, 5, 12)
    assert all(np.isfinite(part).all() for part in found)
    assert found.patches[0].reshape(-1, 3)[:, 2].sum() == 5
