"""The forecasting job of the kind `window`: one network for one series, as the tutorials have it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.core.onnx_session import Network
from seqserve.forecast import scalers, window_forecaster
from seqserve.forecast.config import ForecastConfig
from seqserve.forecast.scalers import Scaler
from seqserve.forecast.window_forecaster import WindowForecaster
from seqserve.forecast.windows import Pairs
from seqserve.registry.artifact import Source
from seqserve.tabular.series_table import Table
from training.core import fitting, plots
from training.core.callbacks.watching import Watch
from training.core.download import DataError
from training.core.fitting import Examples
from training.core.job import Description, Exported, Fitted, Job, Loaded
from training.core.publish import as_json
from training.forecast import baselines, conformal, datasets
from training.forecast import metrics as forecast_metrics
from training.forecast import network as forecast_network
from training.forecast.card import card
from training.forecast.config import DataSection, ForecastJob, NetworkSection
from training.forecast.splits import SplitSeries, split
from training.forecast.task import TASK
from training.onnx import export as onnx_export


@dataclass(frozen=True)
class Data:
    """A table, its parts, and the scaler fitted on the training part."""

    table: Table
    parts: SplitSeries
    scaler: Scaler


class WindowTraining(Job[ForecastJob, Data, Fitted, Exported]):
    """Trains a network that sees the last L steps; see `Job` for the stages."""

    task = TASK

    def load(self) -> Loaded[Data]:
        table, source = load(self.config.data)
        parts = split(table, self.config.data, self.config.network)
        data = Data(table, parts, scalers.fit(self.config.network.scaler, parts.training))
        return Loaded(data, source, parts.description, table.report)

    def tried(self, loaded: Loaded[Data], checkpoint: Path, watch: Watch) -> float:
        """The MASE on the validation part: losses of two scalers, or of two windows, are in other units."""
        network, parts, section = self.fit(loaded, checkpoint).network, loaded.data.parts, self.config.network
        pairs = parts.pairs(section, parts.validation, parts.test)
        examples = scaled(pairs, loaded.data.scaler, section, parts.target)
        found = np.asarray(network.predict(examples.x, batch_size=1024, verbose=0), dtype=np.float64)
        missed = (examples.y - found)[:, -1] if section.sequence else examples.y - found
        spread = loaded.data.scaler.affine(pairs.inputs).scale[:, :, parts.target]
        return float(np.abs(missed * spread).mean() / parts.naive_scale)

    def fit(self, loaded: Loaded[Data], checkpoint: Path) -> Fitted:
        section, how, parts = self.config.network, self.config.fit, loaded.data.parts
        network = forecast_network.recurrent(
            cell=section.cell,
            units=section.units,
            features=len(loaded.data.table.features),
            outputs=section.outputs,
            dropout=section.dropout,
            sequence=section.sequence,
        )
        train, validation = (
            scaled(pairs, loaded.data.scaler, section, parts.target)
            for pairs in (
                parts.pairs(section, end=parts.validation),
                parts.pairs(section, parts.validation, parts.test),
            )
        )
        network.compile(fitting.adam(how, math.ceil(len(train.y) / how.batch_size)), how.loss)
        return Fitted(network, len(fitting.fit(network, train, validation, how, checkpoint)))

    def export(self, loaded: Loaded[Data], fitted: Fitted) -> Exported:
        model, scaler = onnx_export.to_onnx(fitted.network), loaded.data.scaler
        difference = onnx_export.prove(fitted.network, model)
        files = {
            window_forecaster.MODEL: model,
            window_forecaster.SCALER: scalers.to_json(scaler),
            "weights.keras": fitting.saved(fitted.network),
        }
        predictor = calibrated(loaded.data.parts, loaded.data.table, self.config, scaler, Network(model))
        return Exported(predictor, files, difference)

    def evaluate(self, loaded: Loaded[Data], exported: Exported) -> dict[str, Any]:
        parts = loaded.data.parts
        test = parts.pairs(self.config.network, parts.test)
        predicted = exported.predictor.forecast(test.inputs, np.full(len(test.inputs), self.config.network.horizon))
        return compare(exported.predictor, test, predicted, parts.target)

    def describe(self, loaded: Loaded[Data], exported: Exported, metrics: dict[str, Any]) -> Description:
        table, parts, predictor = loaded.data.table, loaded.data.parts, exported.predictor
        test = with_gaps(table.values[parts.test - predictor.config.window :])
        return Description(
            card(self.config.network, predictor.config, metrics),
            queries=[golden_query(predictor.config, parts)],
            inputs=dict(zip(table.features, parts.training.T, strict=True)),
            files={
                "test.json": as_json({"values": test}),
                "forecast.png": plot(self.config, predictor, table, parts),
            },
        )


def load(data: DataSection) -> tuple[Table, Source]:
    """The columns wanted of the one source that is named.

    Raises:
        DataError: none or several are named, or it cannot be had.
    """
    sources = {
        "dataset": data.dataset and partial(datasets.named, data.dataset),
        "csv": data.csv and partial(datasets.own, data.csv),
        "ticker": data.ticker and partial(datasets.ticker, data.ticker),
    }
    named = [read for read in sources.values() if read]
    if len(named) != 1:
        raise DataError(f"name one source of data, not {len(named)}: {', '.join(f'--{name}' for name in sources)}")
    (read,) = named
    wanted = list(dict.fromkeys([*data.features, *data.target]))
    if wanted:
        return read(wanted)
    table, source = read(read([])[0].features[:1])
    chosen = f"{table.features[0]} is forecast, the first column of nothing but numbers; --target names another"
    return replace(table, report=[*table.report, chosen]), source


def scaled(part: Pairs, scaler: Scaler, network: NetworkSection, target: int) -> Examples:
    """Pairs as the network sees them, in scaled units.

    Shape:
        x (N, L, D); y (N, H), or (N, L, 1) for a sequence: the window shifted by one step.
    """
    affine = scaler.affine(part.inputs)
    x = affine.apply(part.inputs)
    y = (part.targets - affine.offset[:, :, target]) / affine.scale[:, :, target]
    if network.sequence:
        y = np.concatenate([x[:, 1:, target], y], axis=1)
    if network.residual:
        y = y - (x[:, :, target] if network.sequence else x[:, -1:, target])
    return Examples(x.astype(np.float32), (y[..., np.newaxis] if network.sequence else y).astype(np.float32))


def calibrated(data: SplitSeries, table: Table, job: ForecastJob, scaler: Scaler, network: Network) -> WindowForecaster:
    """The forecaster that will serve, its intervals calibrated on the validation part."""
    one_step = data.pairs(job.network, data.validation, data.test, horizon=1, gaps=True)
    window, horizon = job.network.lengths
    ahead = conformal.longest_horizon(horizon, len(one_step.inputs), window, len(table.features))
    config = ForecastConfig(
        window=window,
        horizon=horizon,
        max_horizon=ahead,
        features=table.features,
        target=table.features[data.target],
        residual=job.network.residual,
        frequency=table.frequency,
        season=data.season,
        naive_scale=data.naive_scale,
        # A window at rest is no promise that the next step is: a tenth of the usual movement at least.
        spread_floor=0.1 * float(np.abs(np.diff(data.training[:, data.target])).mean()),
        quantiles={},
    )
    quantiles = conformal.calibrate(WindowForecaster(config, scaler, network), one_step, ahead)
    return WindowForecaster(config.model_copy(update={"quantiles": quantiles}), scaler, network)


def compare(predictor: WindowForecaster, test: Pairs, predicted: Floats, target: int) -> dict[str, Any]:
    """Scores on the test part, of the model and of the baselines, and the coverage of the intervals.

    Args:
        predicted: (N, H), in the user's units.
        target: which feature is forecast.
    """
    config, horizon = predictor.config, test.targets.shape[1]
    naive = {"last value": baselines.last_value(test.inputs, horizon, target)}
    if 1 < config.season <= config.window:
        naive["seasonal naive"] = baselines.seasonal_naive(test.inputs, horizon, target, config.season)
    model = forecast_metrics.scores(test.targets, predicted, config.naive_scale)
    scores = {name: forecast_metrics.scores(test.targets, answer, config.naive_scale) for name, answer in naive.items()}
    return {
        "test": model,
        "baselines": scores,
        "rmse_by_step": np.sqrt(((test.targets - predicted) ** 2).mean(axis=0)).tolist(),
        "coverage": conformal.coverage(predictor, test, predicted),
    }


def golden_query(config: ForecastConfig, data: SplitSeries) -> dict[str, Any]:
    """The last window, with a gap in it."""
    values: list[Any] = data.series[-config.window :].tolist()
    if len(values) > 2:
        values[-2] = None
    return {"values": values, "horizon": config.max_horizon, "levels": config.levels}


def with_gaps(values: Floats) -> list[list[float | None]]:
    """Rows (T, D) as JSON has them: a gap is null."""
    return [[None if np.isnan(value) else value for value in row] for row in values.tolist()]


def plot(job: ForecastJob, predictor: WindowForecaster, table: Table, data: SplitSeries) -> bytes:
    """The next step at each step of the test part, actual and predicted, as a PNG."""
    part = data.pairs(job.network, data.test, horizon=1, gaps=True)
    quantile = predictor.config.quantiles.get("95")
    return plots.actual_and_predicted(
        title=f"{job.name}: {table.features[data.target]}, one step ahead",
        times=None if table.times is None else table.times[data.test :],
        actual=part.targets[:, 0],
        predicted=predictor.forecast(part.inputs, np.full(len(part.inputs), job.network.horizon))[:, 0],
        baseline=part.inputs[:, -1, data.target],
        half=None if quantile is None else quantile[0] * predictor.spread(part.inputs),
    )
