"""The shapes of items and results, as they are checked and as OpenAPI shows them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr
from pydantic.json_schema import SkipJsonSchema, WithJsonSchema

MAX_LEVELS = 20
NAME_LENGTH = 64

_NUMBER = {"type": ["number", "null"]}
_VALUES = {
    "type": "array",
    "description": "Oldest first: one number a step, or a list of D numbers a step; null is a gap.",
    "items": {"anyOf": [_NUMBER, {"type": "array", "items": _NUMBER}]},
}


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


_Integer = Annotated[StrictInt, BeforeValidator(_whole)]
"""As JSON Schema has it: 4.0 is one, `true` and "4" are none."""


_Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


def _without_null_defaults(schema: dict[str, Any]) -> None:
    """An optional field that is left out has no default to show."""
    for field in schema.get("properties", {}).values():
        if field.get("default", ...) is None:
            del field["default"]


class Shape(BaseModel):
    """An object that has these fields and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_without_null_defaults)


class ItemError(Shape):
    """Why one item has no result."""

    code: str = Field(description="For programs, such as `too_short`.")
    message: str = Field(description="For people: what was wrong, what was expected, what to do.")
    field: str | None = Field(description="The part of the item at fault; null if none is.")


class Series(Shape):
    """One series to forecast."""

    values: Annotated[list[Any], WithJsonSchema(_VALUES)]
    id: StrictStr | _Integer | None = Field(None, description="Comes back with the forecast.")
    start: StrictStr | None = Field(None, description="When the first value was observed, ISO 8601.")
    frequency: StrictStr | None = Field(None, description="Pandas offset alias, such as B, D, h, W, MS.")


class PredictionRequest(Shape):
    """Which model, for all items alike."""

    model: StrictStr | None = Field(None, max_length=NAME_LENGTH, description="None means the default model.")
    version: StrictStr | None = Field(
        None, max_length=NAME_LENGTH, description="A version or a label; none means `stable`."
    )


class ForecastRequest(PredictionRequest):
    """Series to forecast, all by the same model."""

    horizon: _Integer | None = Field(None, ge=1, description="Steps to forecast; none means the model's own.")
    levels: list[_Integer] = Field(
        default_factory=list, max_length=MAX_LEVELS, description="Levels of the intervals wanted, in percent."
    )
    series: list[Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/Series"})]] = Field(min_length=1)


class Interval(Shape):
    """Lower and upper bound of each step."""

    lower: list[_Number]
    upper: list[_Number]


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

    id: StrictStr | _Integer | None = Field(None, description="Comes back if an item of the request is wrong.")
    mean: list[_Number] = Field(min_length=1)
    intervals: dict[str, Interval] | SkipJsonSchema[None] = Field(None, description="By level.")
    actual: list[_Number | None] = Field(
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


class SentimentRequest(PredictionRequest):
    """Texts to label, all by the same model."""

    texts: list[Annotated[Any, WithJsonSchema({"type": "string"})]] = Field(min_length=1)
    explain: StrictBool = Field(False, description="Whether each result says what its words contributed.")


class Contribution(Shape):
    """A word of a text, or some words of a long one, and what it adds to the log-odds of a label.

    Of two labels that is the second, `positive` where the first is `negative`; of more it is the text's own.
    """

    text: str
    start: int = Field(description="Where it begins in the text as it was sent, in characters.")
    end: int
    contribution: float = Field(description="Above zero it speaks for that label, below against it.")


class Sentiment(Shape):
    """A labelled text, or why it has no label: then only `error`."""

    label: str | SkipJsonSchema[None] = None
    score: float | SkipJsonSchema[None] = Field(None, description="The label's.")
    scores: dict[str, float] | SkipJsonSchema[None] = Field(None, description="Probability by label; they sum to 1.")
    explanation: list[Contribution] | SkipJsonSchema[None] = Field(None, description="If asked for, in reading order.")
    warnings: list[str] | SkipJsonSchema[None] = Field(None, description="What was done to make the input usable.")
    error: ItemError | SkipJsonSchema[None] = None


class SentimentAnswer(Shape):
    """One result for each text, in the order of the request."""

    model: str
    version: str
    results: list[Sentiment]


class TranslationRequest(PredictionRequest):
    """Texts to translate, all by the same model: the one that is named, or else one of the pair of languages."""

    texts: list[Annotated[Any, WithJsonSchema({"type": "string"})]] = Field(min_length=1)
    source: StrictStr | None = Field(None, max_length=NAME_LENGTH, description="Language of the texts, such as en.")
    target: StrictStr | None = Field(None, max_length=NAME_LENGTH, description="Language to translate to.")
    alternatives: _Integer = Field(0, ge=0, description="Other translations of each text that are wanted, at most.")
    beam: _Integer | None = Field(
        None, ge=1, description="Hypotheses to follow, at least: more are slower, and seldom better."
    )


class Translation(Shape):
    """A translated text, or why there is no translation: then only `error`."""

    text: str | SkipJsonSchema[None] = None
    score: float | SkipJsonSchema[None] = Field(None, description="Mean log-probability a token.")
    alternatives: list[str] | SkipJsonSchema[None] = Field(None, description="The likeliest first.")
    warnings: list[str] | SkipJsonSchema[None] = Field(None, description="What was done to make the input usable.")
    error: ItemError | SkipJsonSchema[None] = None


class TranslationAnswer(Shape):
    """One translation for each text, in the order of the request."""

    model: str
    version: str
    translations: list[Translation]


class ShapeError(Shape):
    """A part of the body that is not as it must be."""

    pointer: str = Field(description="JSON pointer, RFC 6901.")
    detail: str


class ProblemDetails(Shape):
    """An error that concerns the whole request, RFC 9457."""

    type: str = Field(description="`urn:seqserve:problem:` and a word for programs.")
    title: str
    status: int
    detail: str
    errors: list[ShapeError] | SkipJsonSchema[None] = None
