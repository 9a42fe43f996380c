"""Windows as members see them."""

from __future__ import annotations

import numpy as np

from seqserve.forecast.panel.classical.bases import names
from seqserve.forecast.panel.view import View, classical_forecast
from testing.tiny.panel import weekly, windows


def test_a_classical_forecast_is_named() -> None:
    view = View(windows(weekly(28)[np.newaxis]), (7,), "none", 0.0)
    found = view.scaled.invert(classical_forecast(view, "seasonal"))
    assert np.allclose(found[0], weekly(28)[-7:-4])
    assert view.bases.shape[2] == len(names((7,)))
