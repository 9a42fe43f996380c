"""The shapes of POST /forecast/backtest and POST /forecast/anomalies."""

from __future__ import annotations

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from service.forecast.schemas import ForecastRequest, ForecastSeries, Interval
from service.http.schemas import Integer, ItemError, PredictionRequest, Shape

MAX_WINDOWS = 10_000


class BacktestRequest(ForecastRequest):
    """Series with their past, all forecast by the same model from earlier points."""

    windows: Integer = Field(1, ge=1, le=MAX_WINDOWS, description="Forecasts of each series; the last ends with it.")
    step: Integer | None = Field(None, ge=1, description="Values between two forecasts; none means the horizon.")


class BacktestWindow(Shape):
    """A forecast from an earlier point, and what came."""

    first: int = Field(description="Where in `values` the first value lies that is forecast, from 0.")
    timestamps: list[str] | SkipJsonSchema[None] = None
    mean: list[float]
    actual: list[float | None]
    intervals: dict[str, Interval] = Field(description="By level.")
    quantiles: dict[str, list[float]] | SkipJsonSchema[None] = None


class Scores(Shape):
    """Errors over all windows, in the units of the series; null if no actual value is known."""

    mae: float | None = Field(description="Mean absolute error.")
    rmse: float | None = Field(description="Root of the mean squared error.")
    coverage: dict[str, float | None] = Field(description="By level, the share of values inside the interval.")


class Backtest(Shape):
    """The windows of a series, oldest first, or why there are none: then only `id` and `error`."""

    id: str | int | None
    windows: list[BacktestWindow] | SkipJsonSchema[None] = None
    scores: Scores | SkipJsonSchema[None] = None
    warnings: list[str] | SkipJsonSchema[None] = Field(None, description="Those of any window, each once.")
    error: ItemError | SkipJsonSchema[None] = None


class BacktestAnswer(Shape):
    """One backtest for each series, in the order of the request."""

    model: str
    version: str
    backtests: list[Backtest]


class AnomaliesRequest(PredictionRequest):
    """Series in which to look for values outside their intervals, all by the same model."""

    series: ForecastSeries
    horizon: Integer | None = Field(1, ge=1, description="Steps that are forecast at a time.")
    level: Integer = Field(99, ge=1, le=99, description="Of the interval that usual values lie in, in percent.")
    last: Integer | None = Field(
        None, ge=1, description="How many values are looked at; none means all that have enough history before them."
    )


class Anomalies(Shape):
    """The values of a series that were not expected, or why that is not known: then only `id` and `error`."""

    id: str | int | None
    first: int | SkipJsonSchema[None] = Field(
        None, description="Where in `values` the first one lies that was looked at, from 0; the lists begin there."
    )
    timestamps: list[str] | SkipJsonSchema[None] = None
    anomaly: list[bool] | SkipJsonSchema[None] = Field(
        None, description="Whether a value lies outside; a gap does not."
    )
    mean: list[float] | SkipJsonSchema[None] = None
    lower: list[float] | SkipJsonSchema[None] = None
    upper: list[float] | SkipJsonSchema[None] = None
    warnings: list[str] | SkipJsonSchema[None] = Field(None, description="Those of any forecast, each once.")
    error: ItemError | SkipJsonSchema[None] = None


class AnomaliesAnswer(Shape):
    """What was not expected of each series, in the order of the request."""

    model: str
    version: str
    results: list[Anomalies]
