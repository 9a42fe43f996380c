"""Windows of many series."""

from __future__ import annotations

import numpy as np

from seqserve.forecast.panel.windows import joined, right_aligned
from testing.tiny.panel import windows


def test_the_latest_steps_stand_at_the_end() -> None:
    assert right_aligned(np.arange(5.0), 3).tolist() == [2, 3, 4]
    assert right_aligned(np.arange(2.0), 4, 0.0).tolist() == [0, 0, 0, 1]
    assert np.isnan(right_aligned(np.arange(2.0), 3)[0])


def test_windows_can_be_joined_and_chosen() -> None:
    one, two = windows(np.zeros((1, 5))), windows(np.ones((2, 5)))
    both = joined([one, two])
    assert len(both) == 3
    assert both.horizon == 3
    assert both[1:].history.tolist() == two.history.tolist()
