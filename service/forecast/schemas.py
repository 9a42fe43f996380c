"""The shapes of POST /forecast and POST /forecast/actuals."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StrictStr
from pydantic.json_schema import SkipJsonSchema, WithJsonSchema

from service.http.schemas import (
    Identifier,
    Integer,
    ItemError,
    Number,
    Numbers,
    PredictionRequest,
    Shape,
    at_most,
)
from service.prediction_log.schemas import LoggedAs, PredictionId

MAX_LEVELS = 20
MAX_QUANTILES = 100
MAX_INTERVALS = 100
MAX_COVARIATES = 1_000
"""Of each kind."""


_NUMBER = {"type": ["number", "null"]}
_VALUES = {
    "type": "array",
    "description": "Oldest first: one number a step, or a list of D numbers a step; null is a gap.",
    "items": {"anyOf": [_NUMBER, {"type": "array", "items": _NUMBER}]},
}
_COVARIATE = {"type": ["number", "string", "boolean", "null"]}
_LISTS = {"type": "object", "additionalProperties": {"type": "array", "items": _COVARIATE}}
_SINGLES = {"type": "object", "additionalProperties": _COVARIATE}


class Series(Shape):
    """One series to forecast."""

    values: Annotated[list[Any], WithJsonSchema(_VALUES)]
    id: Identifier = Field(None, description="Comes back with the forecast.")
    start: StrictStr | None = Field(None, description="When the first value was observed, ISO 8601.")
    end: StrictStr | None = Field(None, description="When the last value was observed, instead of `start`.")
    timestamps: Annotated[list[StrictStr], Field(fail_fast=True)] | None = Field(
        None, description="When each value was observed, instead of `start`; `frequency` may then be left out."
    )
    frequency: StrictStr | None = Field(None, description="Pandas offset alias, such as B, D, h, W, MS.")
    season: Integer | None = Field(None, description="Steps in a season, for models that take one.")
    known: Annotated[dict[StrictStr, list[Any]], at_most(MAX_COVARIATES), WithJsonSchema(_LISTS)] = Field(
        default_factory=dict,
        description="Covariates known ahead: by name, a value for each step of history and horizon.",
    )
    past: Annotated[dict[StrictStr, list[Any]], at_most(MAX_COVARIATES), WithJsonSchema(_LISTS)] = Field(
        default_factory=dict, description="Covariates known up to now: by name, a value for each step of the history."
    )
    static: Annotated[dict[StrictStr, Any], at_most(MAX_COVARIATES), WithJsonSchema(_SINGLES)] = Field(
        default_factory=dict, description="What does not change: by name, a value."
    )


ForecastSeries = Annotated[
    list[Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/Series"})]], Field(min_length=1)
]
"""The series of a request, which are checked one by one."""


class ForecastRequest(PredictionRequest):
    """Series to forecast, all by the same model."""

    horizon: Integer | None = Field(None, ge=1, description="Steps to forecast; none means the model's own.")
    levels: list[Integer] = Field(
        default_factory=list, max_length=MAX_LEVELS, description="Levels of the intervals wanted, in percent."
    )
    quantiles: list[Number] = Field(
        default_factory=list, max_length=MAX_QUANTILES, description="Quantiles wanted, between 0 and 1."
    )
    series: ForecastSeries


class Interval(Shape):
    """Lower and upper bound of each step."""

    lower: Numbers
    upper: Numbers


class Forecast(Shape):
    """A forecast in the units of the input, or why there is none: then only `id` and `error`."""

    id: str | int | None
    mean: list[float] | SkipJsonSchema[None] = None
    timestamps: list[str] | SkipJsonSchema[None] = Field(
        None, description="If it was said where in time the series lies."
    )
    intervals: dict[str, Interval] | SkipJsonSchema[None] = Field(None, description="By level.")
    quantiles: dict[str, list[float]] | SkipJsonSchema[None] = Field(
        None, description="By quantile, if any were asked for."
    )
    warnings: list[str] | SkipJsonSchema[None] = Field(None, description="What was done to make the input usable.")
    prediction_id: LoggedAs = None
    error: ItemError | SkipJsonSchema[None] = None


class ForecastAnswer(Shape):
    """One forecast for each series, in the order of the request."""

    model: str
    version: str
    forecasts: list[Forecast]


_Actual = Annotated[
    list[Number | None],
    Field(
        fail_fast=True, min_length=1, description="For the steps of `mean`, or the first of them; null is not known."
    ),
]


class Actuals(Shape):
    """A forecast as it was answered, and what came true of it; of one that was logged, `prediction_id` is enough."""

    id: Identifier = Field(None, description="Comes back if an item of the request is wrong.")
    prediction_id: PredictionId | None = Field(None, description="If the log has it, the rest is not looked at.")
    mean: Annotated[Numbers, Field(min_length=1)] | SkipJsonSchema[None] = Field(
        None, description="May be left out of a logged one."
    )
    intervals: Annotated[dict[str, Interval], at_most(MAX_INTERVALS)] | SkipJsonSchema[None] = Field(
        None, description="By level."
    )
    actual: _Actual
    timestamps: Annotated[list[str], Field(fail_fast=True)] | SkipJsonSchema[None] = Field(
        None, description="Not looked at, as `quantiles` and `warnings`."
    )
    quantiles: Annotated[dict[str, Numbers], at_most(MAX_QUANTILES)] | SkipJsonSchema[None] = None
    warnings: Annotated[list[str], Field(fail_fast=True)] | SkipJsonSchema[None] = None


class ActualsRequest(PredictionRequest):
    """Forecasts of one version, and what came true. Name the version that the answer named: labels move.

    Logged forecasts that are told by their `prediction_id` may be of several, if none is named.
    """

    items: list[Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/Actuals"})]] = Field(min_length=1)


class ActualsItem(Shape):
    """An item of the request, and why it was not accepted if it has an `error`."""

    id: str | int | None
    error: ItemError | SkipJsonSchema[None] = None


class ActualsAnswer(Shape):
    """How many items were accepted; if not all were, the items in the order of the request."""

    accepted: int
    items: list[ActualsItem] | SkipJsonSchema[None] = None
