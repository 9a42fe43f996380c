"""A pretrained forecaster of any series as a member: its medians, each window by the season that its values say."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from seqserve.core.arrays import Floats
from seqserve.forecast.panel.windows import Windows
from seqserve.forecast.universal import seasons
from seqserve.forecast.universal.config import UniversalConfig
from seqserve.forecast.universal.network import Network
from seqserve.forecast.universal.predictor import UniversalForecaster


class Pretrained(BaseModel):
    """Which version a member is, and what it needs beside its graph."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = Field(description="TASK/NAME/VERSION that it was copied from.")
    config: UniversalConfig


class PretrainedGraph:
    """A copy of a version of the kind `universal`.

    Args:
        model: the bytes of its ONNX graph.
        threads: cores that one call may use.

    Raises:
        ArtifactError: ONNX Runtime cannot load the graph.
    """

    def __init__(self, which: Pretrained, model: bytes, threads: int = 1) -> None:
        self._forecaster = UniversalForecaster(which.config, Network(model, threads))

    def medians(self, windows: Windows, hint: int) -> Floats:
        """Forecasts (N, H) in the user's units.

        Args:
            hint: steps in a season; what the values of a window say of it decides.
        """
        found = np.empty((len(windows), windows.horizon))
        groups: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for row, values in enumerate(windows.history):
            history = values[int(np.isfinite(values).argmax()) :]
            season = seasons.used(history, hint)
            groups[season, seasons.above(season, len(history))].append(row)
        for (season, long), rows in groups.items():
            quantiles = self._forecaster.forecast(list(windows.history[rows]), season, long, windows.horizon)
            found[rows] = self._forecaster.at(quantiles, 0.5)
        return found
