"""The baselines that a forecaster must beat."""

from __future__ import annotations

import numpy as np

from training.forecast import baselines


def test_baselines_by_hand() -> None:
    windows = np.array([[[1.0, 9], [2, 9], [3, 9], [4, 9]]])
    assert baselines.last_value(windows, 3, target=0).tolist() == [[4, 4, 4]]
    assert baselines.seasonal_naive(windows, 5, target=0, season=3).tolist() == [[2, 3, 4, 2, 3]]
