"""Forecasters of a window with a tiny network, of every kind, and what they answer."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from seqserve.core.onnx_session import Network
from seqserve.errors import InputError
from seqserve.forecast import scalers
from seqserve.forecast.config import ForecastConfig
from seqserve.forecast.predictor import Forecast, ForecastQuery
from seqserve.forecast.scalers import ScalerKind
from seqserve.forecast.window_forecaster import WindowForecaster
from seqserve.registry import artifact
from testing import tiny

WINDOW, HORIZON, LIMIT = 8, 2, 6


@cache
def forecaster(features: int = 1, scaler: ScalerKind = "minmax", residual: bool = True) -> WindowForecaster:
    """One of `WINDOW` steps and `HORIZON`, which forecasts `LIMIT` steps recursively."""
    names = ["open", "high", "low"][:features]
    files = tiny.release(window=WINDOW, horizon=HORIZON, features=names, scaler=scaler, residual=residual).files
    config = ForecastConfig.model_validate_json(files[artifact.CONFIG])
    return WindowForecaster(config, scalers.from_json(files["scaler.json"]), Network(files["model.onnx"]))


every_kind = pytest.mark.parametrize(
    "model",
    [
        pytest.param(forecaster(features, scaler, residual), id=f"{features}-{scaler}-{residual}")
        for features in (1, 3)
        for scaler in ("minmax", "standard", "window")
        for residual in (True, False)
    ],
)


def forecast(model: WindowForecaster, values: Any, **options: Any) -> Forecast:
    """The forecast of a series, which must have one."""
    (answer,) = model.predict([ForecastQuery(values, **options)])
    assert isinstance(answer, Forecast), answer
    return answer


def refused(model: WindowForecaster, values: Any, **options: Any) -> InputError:
    """Why a series has no forecast."""
    (answer,) = model.predict([ForecastQuery(values, **options)])
    assert isinstance(answer, InputError), answer
    assert str(answer) == answer.message
    assert 10 < len(answer.message) < 300
    return answer
