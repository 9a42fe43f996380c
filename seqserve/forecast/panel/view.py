"""Windows as the members of a model see them."""

from __future__ import annotations

from seqserve.core.arrays import Floats
from seqserve.forecast.panel.classical import bases as classical
from seqserve.forecast.panel.scaling import Scaled, Transform, scale
from seqserve.forecast.panel.windows import Windows


class View:
    """Windows scaled in one way, with their classical forecasts, which are computed when they are first asked for."""

    def __init__(self, windows: Windows, periods: tuple[int, ...], transform: Transform, floor: float) -> None:
        self.windows = windows
        self.periods = periods
        self.scaled: Scaled = scale(windows.history, periods[0], transform, floor)
        self._bases: Floats | None = None

    @property
    def bases(self) -> Floats:
        """(N, H, B), in scaled units."""
        if self._bases is None:
            self._bases = classical.bases(self.scaled.x, self.periods, self.windows.horizon)
        return self._bases


def classical_forecast(view: View, base: str) -> Floats:
    """A classical forecast in scaled units, (N, H)."""
    return view.bases[:, :, classical.names(view.periods).index(base)]
