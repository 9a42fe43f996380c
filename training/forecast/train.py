"""The forecasting job: of the kind `window`, or one that finds by itself what forecasts a panel best."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seqserve.object_storage.address import Address
from training.core.callbacks.watching import Watch
from training.core.job import Description, Exported, Fitted, Job, Loaded
from training.forecast.config import ForecastJob
from training.forecast.panel.training import PanelTraining
from training.forecast.task import TASK
from training.forecast.universal.tuning_job import UniversalTuning
from training.forecast.window_training import WindowTraining


class ForecastTraining(Job[ForecastJob, Any, Fitted, Exported]):
    """Trains a forecaster of the kind that the settings name; see `Job` for the stages."""

    task = TASK

    def __init__(self, config: ForecastJob) -> None:
        super().__init__(config)
        self._job: Job[ForecastJob, Any, Any, Any] = PanelTraining(config)
        if config.network.kind == "window":
            self._job = WindowTraining(config)

    def place(self, models: Path | Address, checkpoints: Path) -> None:
        if self.config.network.start:
            self._job = UniversalTuning(self.config, models)
        elif self.config.network.kind != "window":
            self._job = PanelTraining(self.config, models)

    def tried(self, loaded: Loaded[Any], checkpoint: Path, watch: Watch) -> float:
        return self._job.tried(loaded, checkpoint, watch)

    def load(self) -> Loaded[Any]:
        return self._job.load()

    def fit(self, loaded: Loaded[Any], checkpoint: Path) -> Fitted:
        fitted: Fitted = self._job.fit(loaded, checkpoint)
        return fitted

    def export(self, loaded: Loaded[Any], fitted: Fitted) -> Exported:
        exported: Exported = self._job.export(loaded, fitted)
        return exported

    def evaluate(self, loaded: Loaded[Any], exported: Exported) -> dict[str, Any]:
        return self._job.evaluate(loaded, exported)

    def describe(self, loaded: Loaded[Any], exported: Exported, metrics: dict[str, Any]) -> Description:
        return self._job.describe(loaded, exported, metrics)


JOB = ForecastTraining
