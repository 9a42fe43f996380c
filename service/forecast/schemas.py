"""The shapes of POST /forecast and POST /forecast/actuals."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StrictStr
from pydantic.json_schema import SkipJsonSchema, WithJsonSchema

from service.http.schemas import Integer, ItemError, Number, PredictionRequest, Shape

MAX_LEVELS = 20


_NUMBER = {"type": ["number", "null"]}
_VALUES = {
    "type": "array",
    "description": "Oldest first: one number a step, or a list of D numbers a step; null is a gap.",
    "items": {"anyOf": [_NUMBER, {"type": "array", "items": _NUMBER}]},
}


class Series(Shape):
    """One series to forecast."""

    values: Annotated[list[Any], WithJsonSchema(_VALUES)]
    id: StrictStr | Integer | None = Field(None, description="Comes back with the forecast.")
    start: StrictStr | None = Field(None, description="When the first value was observed, ISO 8601.")
    frequency: StrictStr | None = Field(None, description="Pandas offset alias, such as B, D, h, W, MS.")


class ForecastRequest(PredictionRequest):
    """Series to forecast, all by the same model."""

    horizon: Integer | None = Field(None, ge=1, description="Steps to forecast; none means the model's own.")
    levels: list[Integer] = Field(
        default_factory=list, max_length=MAX_LEVELS, description="Levels of the intervals wanted, in percent."
    )
    series: list[Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/Series"})]] = Field(min_length=1)


class Interval(Shape):
    """Lower and upper bound of each step."""

    lower: list[Number]
    upper: list[Number]


class Forecast(Shape):
    """A forecast in the units of the input, or why there is none: then only `id` and `error`."""

    id: str | int | None
    mean: list[float] | SkipJsonSchema[None] = None
    timestamps: list[str] | SkipJsonSchema[None] = Field(None, description="If start and frequency were given.")
    intervals: dict[str, Interval] | SkipJsonSchema[None] = Field(None, description="By level.")
    warnings: list[str] | SkipJsonSchema[None] = Field(None, description="What was done to make the input usable.")
    error: ItemError | SkipJsonSchema[None] = None


class ForecastAnswer(Shape):
    """One forecast for each series, in the order of the request."""

    model: str
    version: str
    forecasts: list[Forecast]


class Actuals(Shape):
    """A forecast as it was answered, and what came true of it."""

    id: StrictStr | Integer | None = Field(None, description="Comes back if an item of the request is wrong.")
    mean: list[Number] = Field(min_length=1)
    intervals: dict[str, Interval] | SkipJsonSchema[None] = Field(None, description="By level.")
    actual: list[Number | None] = Field(
        min_length=1, description="For the steps of `mean`, or the first of them; null is not known."
    )
    timestamps: list[str] | SkipJsonSchema[None] = Field(None, description="Not looked at, as `warnings`.")
    warnings: list[str] | SkipJsonSchema[None] = None


class ActualsRequest(PredictionRequest):
    """Forecasts of one version, and what came true. Name the version that the answer named: labels move."""

    items: list[Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/Actuals"})]] = Field(min_length=1)


class ActualsItem(Shape):
    """An item of the request, and why it was not accepted if it has an `error`."""

    id: str | int | None
    error: ItemError | SkipJsonSchema[None] = None


class ActualsAnswer(Shape):
    """How many items were accepted; if not all were, the items in the order of the request."""

    accepted: int
    items: list[ActualsItem] | SkipJsonSchema[None] = None
