"""Learns on from a pretrained forecaster: `python -m training forecast --csv FILE --start forecast/universal`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.forecast.panel.intervals import PROBABILITIES
from seqserve.forecast.panel.windows import Windows
from seqserve.forecast.universal import seasons
from seqserve.forecast.universal.config import UniversalConfig
from seqserve.forecast.universal.network import Network
from seqserve.forecast.universal.predictor import MODEL, UniversalForecaster
from seqserve.object_storage.address import Address
from seqserve.object_storage.remote_store import opened
from seqserve.registry.artifact import Artifact
from training.core.callbacks.watching import Watch
from training.core.download import DataError
from training.core.job import Description, Exported, Fitted, Job, Loaded
from training.core.model_card import Card
from training.forecast.config import ForecastJob
from training.forecast.panel import evaluate, loading, plots
from training.forecast.panel.loading import Data
from training.forecast.task import TASK
from training.forecast.universal import export, network, tuning
from training.forecast.universal.tuning import Origin, Panel, Tuned

_SHIPPED = "as it was"
_STEPS = 1_000
_RATES = {"last": 5e-4, "all": 2e-4}


@dataclass(frozen=True)
class TunedFit(Fitted):
    """A network that learned on, and how that went."""

    tuned: Tuned


@dataclass(frozen=True)
class _Rolled:
    """A universal forecaster as the evaluation of panels asks it."""

    forecaster: UniversalForecaster
    season: int
    horizon: int

    def forecast(self, windows: Windows) -> tuple[Floats, Floats]:
        """Medians (N, H) and grids of quantiles (N, H, P)."""
        histories = list(windows.history)
        long = seasons.above(self.season, windows.history.shape[1])
        found = self.forecaster.forecast(histories, self.season, long, self.horizon)
        grid = np.stack([self.forecaster.at(found, level) for level in PROBABILITIES], axis=-1)
        return self.forecaster.at(found, 0.5), grid


class UniversalTuning(Job[ForecastJob, Data, TunedFit, Exported]):
    """Learns on; see `Job` for the stages.

    Args:
        models: the tree that holds the version to start from.
    """

    task = TASK

    def __init__(self, config: ForecastJob, models: Path | Address) -> None:
        super().__init__(config)
        self._models = models

    def load(self) -> Loaded[Data]:
        loaded = loading.load(self.config)
        section = self.config.data
        unused = [*section.known, *section.past, *section.static, *section.holidays]
        said = [f"{', '.join(unused)}: not used, the pretrained forecaster sees values only"] if unused else []
        return Loaded(loaded.data, loaded.source, loaded.split, [*loaded.report, *said])

    def fit(self, loaded: Loaded[Data], checkpoint: Path) -> TunedFit:
        data, section = loaded.data, self.config.network
        start = self._start()
        validation = data.parts.validation
        origins = [Origin(int(one), int(step)) for one, step in zip(validation.series, validation.origins, strict=True)]
        first = [bound.folds[0] if bound.folds else bound.test for bound in data.parts.bounds]
        panel = Panel([series.values for series in data.panel.series], first, data.sizes.season, data.sizes.horizon)
        rate = _RATES[section.layers]
        seed = self.config.fit.seed
        tuned = tuning.tune(start.file(network.WEIGHTS), panel, origins, _STEPS, section.layers, rate, seed)
        before, after = tuned.losses[0], min(tuned.losses)
        helped = f"{100 * (1 - after / before):.1f}% less" if tuned.steps else "no less at any step: it stays as it was"
        print(f"learned on for {tuned.steps} steps: the loss on the validation part is {helped}")
        return TunedFit(tuned.model, 0, tuned)

    def tried(self, loaded: Loaded[Data], checkpoint: Path, watch: Watch) -> float:
        return float(min(self.fit(loaded, checkpoint).tuned.losses))

    def export(self, loaded: Loaded[Data], fitted: TunedFit) -> Exported:
        graph = export.to_onnx(fitted.network, network.MEMBERS)
        data = loaded.data
        panel = Panel([series.values for series in data.panel.series], [], data.sizes.season, data.sizes.horizon)
        test = data.parts.test[:64] if len(data.parts.test) > 64 else data.parts.test
        chunk = panel.chunk([Origin(int(one), int(step)) for one, step in zip(test.series, test.origins, strict=True)])
        difference = export.prove(fitted.network, graph, chunk.inputs)
        shipped = UniversalConfig.model_validate_json(self._start().file("config.json"))
        config = shipped.model_copy(update={"horizon": data.sizes.horizon})
        predictor = UniversalForecaster(config, Network(graph))
        files = {MODEL: graph, network.WEIGHTS: network.saved(fitted.network)}
        return Exported(predictor, files, difference)

    def evaluate(self, loaded: Loaded[Data], exported: Exported) -> dict[str, Any]:
        data = loaded.data
        shipped = UniversalForecaster(exported.predictor.config, Network(self._start().file(MODEL)))

        def compared(forecaster: UniversalForecaster, most: int) -> dict[str, Any]:
            rolled = _Rolled(forecaster, data.sizes.season, data.sizes.horizon)
            return evaluate.compared(rolled, data.panel.series, data.parts, data.train, data.validation, most)

        metrics = compared(exported.predictor, self.config.data.compared)
        metrics["baselines"][_SHIPPED] = compared(shipped, self.config.data.compared)["test"]
        return metrics

    def describe(self, loaded: Loaded[Data], exported: Exported, metrics: dict[str, Any]) -> Description:
        data = loaded.data
        series = data.panel.series[0].values
        values = [None if np.isnan(value) else float(value) for value in series[-200:]]
        query = {"values": values, "season": data.sizes.season, "horizon": data.sizes.horizon, "levels": [80]}
        rolled = _Rolled(exported.predictor, data.sizes.season, data.sizes.horizon)
        pictures = {
            "forecast.png": plots.series(rolled, data, metrics),
            "error-by-step.png": plots.by_step(metrics),
        }
        return Description(_card(self.config, data, metrics), [query], {}, files=pictures)

    def _start(self) -> Artifact:
        """The version to start from.

        Raises:
            DataError: it is none that learning can go on from.
        """
        start = self.config.network.start or ""
        task, _, name = start.partition("/")
        if task != TASK.name or not name:
            raise DataError(
                f"--start {start!r} is no model of forecasts; write forecast/NAME, as in forecast/universal"
            )
        name, _, version = name.partition("/")
        store = opened(self._models)
        found = store.read(store.resolve(task, name, version or None))
        if network.WEIGHTS not in found.files:
            raise DataError(f"{found} is not pretrained: learning can go on from versions of the kind universal only")
        return found


def _card(config: ForecastJob, data: Data, metrics: dict[str, Any]) -> Card:
    shipped = metrics["baselines"][_SHIPPED]
    gain = 100 * (1 - metrics["test"]["mase"] / shipped["mase"])
    change = f"{abs(gain):.1f}% {'lower' if gain >= 0 else 'higher'}"
    return Card(
        summary=f"""Forecasts `{data.table.target}` of {len(data.panel.series)} series, and any like them. It is
`{config.network.start}`, a pretrained forecaster of any series, which learned on from these.""",
        units="RMSE and MAE in the units of the data",
        results=f"""Beside the pretrained forecaster as it was, the MASE is {change}.

![The best, a middling and the worst series](forecast.png)

![Error by step](error-by-step.png)""",
        limits="It knows nothing but the values of a series: no covariates, no holidays.",
    )
