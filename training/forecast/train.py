"""The forecasting job: load, split, scale, fit, export, calibrate, compare with the baselines, publish."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np

from seqserve.core.arrays import Floats
from seqserve.core.drift_reference import REFERENCE
from seqserve.core.onnx_session import Network
from seqserve.forecast import predictor as forecast_predictor
from seqserve.forecast import scalers
from seqserve.forecast.config import ForecastConfig
from seqserve.forecast.predictor import Forecaster
from seqserve.forecast.scalers import Scaler
from seqserve.forecast.windows import Pairs
from seqserve.registry import artifact
from seqserve.registry.artifact import Artifact, Source
from seqserve.tabular.series_table import Table
from training.core import fitting, model_card, onnx_export, plots, publish
from training.core import layers as core_layers
from training.core.download import DataError
from training.core.fitting import Examples
from training.core.publish import as_json
from training.forecast import conformal, datasets
from training.forecast import metrics as forecast_metrics
from training.forecast.config import DataSection, ForecastJob, NetworkSection
from training.forecast.splits import SplitSeries, split

TASK = "forecast"


def run(job: ForecastJob, models: Path, checkpoints: Path) -> Artifact:
    """Train a forecaster and publish it as the next version of its model.

    Args:
        models: the `models/` tree.
        checkpoints: the folder in which an interrupted fit is taken up again.

    Raises:
        DataError, ValueError: the data cannot be had, is too short, or holds nothing to forecast.
    """
    keras.utils.set_random_seed(job.fit.seed)
    table, source = load(job.data)
    data = split(table, job.data, job.network)
    scaler = scalers.fit(job.network.scaler, data.training)
    print("\n".join([f"data: {line}" for line in table.report] + [data.description]))

    network = core_layers.recurrent(
        cell=job.network.cell,
        units=job.network.units,
        features=len(table.features),
        outputs=job.network.outputs,
        dropout=job.network.dropout,
        sequence=job.network.sequence,
    )
    train = scaled(data.pairs(job.network, end=data.validation), scaler, job.network, data.target)
    network.compile(fitting.adam(job.fit, math.ceil(len(train.x) / job.fit.batch_size)), job.fit.loss)
    checkpoint = fitting.checkpoint_name(job.model_dump_json(), source.sha256)
    history = fitting.fit(
        network,
        train,
        scaled(data.pairs(job.network, data.validation, data.test), scaler, job.network, data.target),
        job.fit,
        checkpoint=checkpoints / checkpoint,
    )
    model = onnx_export.to_onnx(network)
    difference = onnx_export.prove(network, model)

    predictor = calibrated(data, table, job, scaler, Network(model))
    test = data.pairs(job.network, data.test)
    predicted = predictor.forecast(test.inputs, np.full(len(test.inputs), job.network.horizon))
    metrics = compare(predictor, test, predicted, data.target) | {
        "split": data.description,
        "seed": job.fit.seed,
        "epochs": len(history),
        "export_difference": difference,
    }
    files = {
        artifact.CONFIG: predictor.config.model_dump_json(indent=1).encode(),
        artifact.METRICS: as_json(metrics),
        artifact.EXAMPLES: as_json([golden(predictor, data)]),
        artifact.CARD: model_card.forecast_card(
            job.name, _described(job.network), predictor.config, source, table.report, metrics
        ).encode(),
        forecast_predictor.MODEL: model,
        forecast_predictor.SCALER: scalers.to_json(scaler),
        "weights.keras": fitting.saved(network),
        "test.json": as_json({"values": with_gaps(table.values[data.test - job.network.window :])}),
        REFERENCE: as_json({"deciles": deciles(data.training, table.features)}),
        "forecast.png": plot(job, predictor, table, data),
    }
    published = publish.publish(models, TASK, job, source, files)
    fitting.forget(checkpoints, checkpoint)
    return published


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
    wanted = list(dict.fromkeys([*data.features, *([data.target] if data.target else [])]))
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


def calibrated(data: SplitSeries, table: Table, job: ForecastJob, scaler: Scaler, network: Network) -> Forecaster:
    """The forecaster that will serve, its intervals calibrated on the validation part."""
    one_step = data.pairs(job.network, data.validation, data.test, horizon=1, gaps=True)
    ahead = conformal.longest_horizon(
        job.network.horizon, len(one_step.inputs), job.network.window, len(table.features)
    )
    config = ForecastConfig(
        window=job.network.window,
        horizon=job.network.horizon,
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
    quantiles = conformal.calibrate(Forecaster(config, scaler, network), one_step, ahead)
    return Forecaster(config.model_copy(update={"quantiles": quantiles}), scaler, network)


def compare(predictor: Forecaster, test: Pairs, predicted: Floats, target: int) -> dict[str, Any]:
    """Scores on the test part, of the model and of the baselines, and how often the intervals held."""
    config, horizon = predictor.config, test.targets.shape[1]
    naive = {"last value": forecast_metrics.last_value(test.inputs, horizon, target)}
    if 1 < config.season <= config.window:
        naive["seasonal naive"] = forecast_metrics.seasonal_naive(test.inputs, horizon, target, config.season)
    model = forecast_metrics.scores(test.targets, predicted, config.naive_scale)
    baselines = {
        name: forecast_metrics.scores(test.targets, answer, config.naive_scale) for name, answer in naive.items()
    }
    return {
        "test": model,
        "baselines": baselines,
        "worse_than": [name for name, row in baselines.items() if model["rmse"] >= row["rmse"]],
        "rmse_by_step": np.sqrt(((test.targets - predicted) ** 2).mean(axis=0)).tolist(),
        "coverage": conformal.coverage(predictor, test, predicted),
    }


def golden(predictor: Forecaster, data: SplitSeries) -> dict[str, Any]:
    """An example that a version must answer alike wherever it serves: the last window, with a gap in it."""
    values: list[Any] = data.series[-predictor.config.window :].tolist()
    if len(values) > 2:
        values[-2] = None
    query = {"values": values, "horizon": predictor.config.max_horizon, "levels": predictor.config.levels}
    return {"input": query, "output": predictor.replay(query)}


def deciles(training: Floats, features: list[str]) -> dict[str, list[float]]:
    """The eleven deciles of each feature in the training part, to see drift against."""
    quantiles = np.quantile(training, np.linspace(0, 1, 11), axis=0)
    return {name: quantiles[:, index].tolist() for index, name in enumerate(features)}


def with_gaps(values: Floats) -> list[list[float | None]]:
    """Rows (T, D) as JSON has them: a gap is null."""
    return [[None if np.isnan(value) else value for value in row] for row in values.tolist()]


def plot(job: ForecastJob, predictor: Forecaster, table: Table, data: SplitSeries) -> bytes:
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


def _described(network: NetworkSection) -> str:
    layers = ", ".join(f"{network.cell.upper()}({units})" for units in network.units)
    how = ["each window scaled by itself" if network.scaler == "window" else f"{network.scaler} scaling"]
    how += [f"dropout {network.dropout:g}"] if network.dropout else []
    how += ["forecasting the difference from the last value"] if network.residual else []
    how += ["trained on the window shifted by one step"] if network.sequence else []
    return f"{layers}; {', '.join(how)}"
