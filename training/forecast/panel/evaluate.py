"""Rolling-origin evaluation on the test part, beside the baselines on the same windows."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.forecast.panel.inputs.features import Features
from seqserve.forecast.panel.intervals import PROBABILITIES
from seqserve.forecast.panel.predictor import LEVELS
from seqserve.forecast.panel.windows import Windows
from training.forecast.panel import baselines, conformal, scores
from training.forecast.panel.baselines import Answer
from training.forecast.panel.candidates import ridge
from training.forecast.panel.candidates.candidate import Part
from training.forecast.panel.data.rolling import Parts
from training.forecast.panel.data.series import PanelSeries, Rolled
from training.forecast.panel.scores import QUANTILES

_CHUNK = 2_000
_COLUMNS = [PROBABILITIES.index(quantile) for quantile in QUANTILES]


class Forecaster(Protocol):
    """What is evaluated: a `PanelForecaster`, or another that forecasts windows."""

    def forecast(self, windows: Windows) -> tuple[Floats, Floats]:
        """Means (N, H) and grids of quantiles (N, H, P)."""


def compared(
    predictor: Forecaster, panel: list[PanelSeries], parts: Parts, train: Part, validation: Part, most: int
) -> dict[str, Any]:
    """Scores of a model and of the baselines on the same windows of the test part.

    Args:
        most: windows that statistical models are fitted to; with more in the test part all are compared on some.
    """
    test, scales = parts.test, train.setting.scales
    mean, grid = forecast(predictor, test)
    rows = np.unique(np.linspace(0, len(test) - 1, min(most, len(test))).round().astype(int))
    some = test[rows]
    answers = _baselines(panel, some, parts, train, validation)
    seen = scales[some.series]

    def scored(answer: Answer) -> dict[str, float]:
        return scores.scores(some.targets, answer.mean, answer.quantiles, seen, some.series)

    own = Answer(mean, grid[:, :, _COLUMNS])
    errors = np.abs(mean - test.targets) / scales[test.series][:, np.newaxis]
    return {
        "test": scored(Answer(own.mean[rows], own.quantiles[rows])),
        "baselines": {name: scored(answer) for name, answer in answers.items()},
        "compared": {"windows": len(some), "of": len(test), "series": len(np.unique(some.series))},
        "whole_test": scores.scores(test.targets, own.mean, own.quantiles, scales[test.series], test.series),
        "mase_by_step": np.nanmean(errors, axis=0).tolist(),
        "baseline_mase_by_step": {
            name: np.nanmean(np.abs(answer.mean - some.targets) / seen[:, np.newaxis], axis=0).tolist()
            for name, answer in answers.items()
        },
        "mase_by_series": _by_series(errors, test, panel),
        "coverage": {str(level): _held(test.targets, grid, level) for level in LEVELS},
    }


def forecast(predictor: Forecaster, rolled: Rolled) -> tuple[Floats, Floats]:
    """Means (N, H) and grids of quantiles (N, H, P) of windows."""
    rows = np.arange(len(rolled))
    parts = [predictor.forecast(rolled.windows[rows[first : first + _CHUNK]]) for first in rows[::_CHUNK]]
    return np.concatenate([mean for mean, _ in parts]), np.concatenate([grid for _, grid in parts])


def _baselines(
    panel: list[PanelSeries], some: Rolled, parts: Parts, train: Part, validation: Part
) -> dict[str, Answer]:
    """The answers of each baseline to some windows of the test part."""
    horizon, season = some.targets.shape[1], train.setting.periods[0]
    histories, before = _histories(panel, some), _histories(panel, parts.validation)
    last = baselines.last_value(before, horizon), baselines.last_value(histories, horizon)
    found = {"last value": _calibrated(*last, validation, some, train)}
    if season > 1:
        naive = (
            baselines.seasonal_naive(before, horizon, season),
            baselines.seasonal_naive(histories, horizon, season),
        )
        found["seasonal naive"] = _calibrated(*naive, validation, some, train)
    found["ridge on lags"] = _calibrated(*_ridge(some, parts, train, validation), validation, some, train)
    for name in baselines.STATISTICAL:
        found[name] = baselines.statistical(name, histories, horizon, season)
    return found


def _calibrated(on_validation: Floats, on_test: Floats, validation: Part, some: Rolled, train: Part) -> Answer:
    """A point forecast with conformal quantiles, as our own has."""
    view = validation.view("none")
    targets = validation.rolled.targets
    found = conformal.calibrated(view, on_validation, targets, validation.scales)
    return Answer(on_test, found.grid(Part(some, train.setting).view("none"), on_test)[:, :, _COLUMNS])


def _ridge(some: Rolled, parts: Parts, train: Part, validation: Part) -> tuple[Floats, Floats]:
    """A plain ridge on the latest scaled values, direct for each step; the penalty is chosen on the validation part."""
    season = train.setting.periods[0]
    lags = min(
        2 * season + 2 if season > 1 else 12, train.rolled.windows.history.shape[1], max(len(train.rolled) // 3, 2)
    )
    test = Part(some, train.setting)

    def lagged(part: Part) -> Features:
        latest = part.view("none").scaled.x[:, -lags:]
        empty = np.zeros((*part.rolled.targets.shape, 0))
        return Features(np.where(np.isfinite(latest), latest, 0.0), empty)

    seen, asked = lagged(train), lagged(validation)
    scaled = train.view("none").scaled
    forecasts = np.zeros((len(ridge.PENALTIES), *validation.rolled.targets.shape))
    even = np.ones(len(train.rolled))
    for fold in np.unique(parts.fold):
        targets = scaled.apply(parts.trained(fold))
        used, rows = np.any(np.isfinite(targets), axis=1), parts.fold == fold
        for number, model in enumerate(ridge.fit(seen[used], targets[used], even[used])):
            forecasts[number, rows] = model(asked[rows])
    forecasts = np.stack([validation.view("none").scaled.invert(one) for one in forecasts])
    best = int(np.argmin([validation.error(one) for one in forecasts]))
    (model,) = ridge.fit(seen, scaled.apply(train.rolled.targets), even, (ridge.PENALTIES[best],))
    return forecasts[best], test.view("none").scaled.invert(model(lagged(test)))


def _histories(panel: list[PanelSeries], rolled: Rolled) -> list[Floats]:
    return [panel[series].values[:origin] for series, origin in zip(rolled.series, rolled.origins, strict=True)]


def _by_series(errors: Floats, test: Rolled, panel: list[PanelSeries]) -> dict[str, float]:
    return {panel[number].id: float(np.nanmean(errors[test.series == number])) for number in np.unique(test.series)}


def _held(actual: Floats, grid: Floats, level: int) -> list[float]:
    low, high = (PROBABILITIES.index(round(bound, 3)) for bound in ((100 - level) / 200, (100 + level) / 200))
    return scores.coverage(actual, grid[:, :, low], grid[:, :, high])
