"""The shapes of requests and answers, as they are checked and as OpenAPI shows them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr
from pydantic.json_schema import SkipJsonSchema, WithJsonSchema

MAX_LEVELS = 20
_NAME_LENGTH = 64

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


def _without_null_defaults(schema: dict[str, Any]) -> None:
    """An optional field that is left out has no default to show."""
    for field in schema.get("properties", {}).values():
        if field.get("default", ...) is None:
            del field["default"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_without_null_defaults)


class ItemError(_Shape):
    """Why one item has no result."""

    code: str = Field(description="For programs, such as `too_short`.")
    message: str = Field(description="For people: what was wrong, what was expected, what to do.")
    field: str | None = Field(description="The part of the item at fault; null if none is.")


class Series(_Shape):
    """One series to forecast."""

    values: Annotated[list[Any], WithJsonSchema(_VALUES)]
    id: StrictStr | _Integer | None = Field(None, description="Comes back with the forecast.")
    start: StrictStr | None = Field(None, description="When the first value was observed, ISO 8601.")
    frequency: StrictStr | None = Field(None, description="Pandas offset alias, such as B, D, h, W, MS.")


class PredictionRequest(_Shape):
    """Which model, for all items alike."""

    model: StrictStr | None = Field(None, max_length=_NAME_LENGTH, description="None means the default model.")
    version: StrictStr | None = Field(
        None, max_length=_NAME_LENGTH, description="A version or a label; none means `stable`."
    )


class ForecastRequest(PredictionRequest):
    """Series to forecast, all by the same model."""

    horizon: _Integer | None = Field(None, ge=1, description="Steps to forecast; none means the model's own.")
    levels: list[_Integer] = Field(
        default_factory=list, max_length=MAX_LEVELS, description="Levels of the intervals wanted, in percent."
    )
    series: list[Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/Series"})]] = Field(min_length=1)


class Interval(_Shape):
    """Lower and upper bound of each step."""

    lower: list[float]
    upper: list[float]


class Forecast(_Shape):
    """A forecast in the units of the input, or why there is none: then only `id` and `error`."""

    id: str | int | None
    mean: list[float] | SkipJsonSchema[None] = None
    timestamps: list[str] | SkipJsonSchema[None] = Field(None, description="If start and frequency were given.")
    intervals: dict[str, Interval] | SkipJsonSchema[None] = Field(None, description="By level.")
    warnings: list[str] | SkipJsonSchema[None] = Field(None, description="What was done to make the input usable.")
    error: ItemError | SkipJsonSchema[None] = None


class ForecastAnswer(_Shape):
    """One forecast for each series, in the order of the request."""

    model: str
    version: str
    forecasts: list[Forecast]


class SentimentRequest(PredictionRequest):
    """Texts to label, all by the same model."""

    texts: list[Annotated[Any, WithJsonSchema({"type": "string"})]] = Field(min_length=1)
    explain: StrictBool = Field(False, description="Whether each result says what its words contributed.")


class Contribution(_Shape):
    """A word of a text, or some words of a long one, and what it adds to the log-odds of the text's label."""

    text: str
    start: int = Field(description="Where it begins in the text as it was sent, in characters.")
    end: int
    contribution: float = Field(description="Above zero it speaks for the label, below against it.")


class Sentiment(_Shape):
    """A labelled text, or why it has no label: then only `error`."""

    label: str | SkipJsonSchema[None] = None
    score: float | SkipJsonSchema[None] = Field(None, description="The label's.")
    scores: dict[str, float] | SkipJsonSchema[None] = Field(None, description="Probability by label; they sum to 1.")
    explanation: list[Contribution] | SkipJsonSchema[None] = Field(None, description="If asked for, in reading order.")
    warnings: list[str] | SkipJsonSchema[None] = Field(None, description="What was done to make the input usable.")
    error: ItemError | SkipJsonSchema[None] = None


class SentimentAnswer(_Shape):
    """One result for each text, in the order of the request."""

    model: str
    version: str
    results: list[Sentiment]


class TranslationRequest(PredictionRequest):
    """Texts to translate, all by the same model: the one that is named, or else one of the pair of languages."""

    texts: list[Annotated[Any, WithJsonSchema({"type": "string"})]] = Field(min_length=1)
    source: StrictStr | None = Field(None, max_length=_NAME_LENGTH, description="Language of the texts, such as en.")
    target: StrictStr | None = Field(None, max_length=_NAME_LENGTH, description="Language to translate to.")
    alternatives: _Integer = Field(0, ge=0, description="Other translations of each text that are wanted, at most.")
    beam: _Integer | None = Field(
        None, ge=1, description="Hypotheses to follow, at least: more are slower, and seldom better."
    )


class Translation(_Shape):
    """A translated text, or why there is no translation: then only `error`."""

    text: str | SkipJsonSchema[None] = None
    score: float | SkipJsonSchema[None] = Field(None, description="Mean log-probability a token.")
    alternatives: list[str] | SkipJsonSchema[None] = Field(None, description="The likeliest first.")
    warnings: list[str] | SkipJsonSchema[None] = Field(None, description="What was done to make the input usable.")
    error: ItemError | SkipJsonSchema[None] = None


class TranslationAnswer(_Shape):
    """One translation for each text, in the order of the request."""

    model: str
    version: str
    translations: list[Translation]


class VersionSummary(_Shape):
    """A version of a model."""

    version: str
    labels: list[str]
    loaded: bool = Field(description="Whether it passed its self-test and is served.")
    refused: str | SkipJsonSchema[None] = Field(None, description="Why it is not, if it is bad.")


class _Model(_Shape):
    task: str
    name: str
    default: bool = Field(description="Whether requests that name no model get it.")
    labels: dict[str, str] = Field(description="Label to version.")
    shares: dict[str, float] = Field(description="Label to its share of the requests that name no version.")
    refused_labels: dict[str, str] | SkipJsonSchema[None] = Field(
        None, description="Labels that were moved to a version which is refused: they stay where they were."
    )


class ModelSummary(_Model):
    """A model and its versions."""

    versions: list[VersionSummary]


class ModelList(_Shape):
    """Every model."""

    models: list[ModelSummary]


class DataSource(_Shape):
    """What a version was trained on."""

    name: str
    url: str | None
    licence: str


class VersionDetail(VersionSummary):
    """A version with what is known of it; only a loaded one has more than its labels."""

    created: str | SkipJsonSchema[None] = None
    licence: str | SkipJsonSchema[None] = None
    data: DataSource | SkipJsonSchema[None] = None
    signature: dict[str, Any] | SkipJsonSchema[None] = Field(
        None, description="Window, features, labels, limits and so on: what a request must keep to."
    )
    metrics: dict[str, Any] | SkipJsonSchema[None] = Field(None, description="On the test split, baselines beside it.")


class ModelDetail(_Model):
    """A model; signature, metrics, licence and data source are those of its stable version."""

    version: str | None = Field(description="The stable version; null if there is none.")
    licence: str | SkipJsonSchema[None] = None
    data: DataSource | SkipJsonSchema[None] = None
    signature: dict[str, Any] | SkipJsonSchema[None] = None
    metrics: dict[str, Any] | SkipJsonSchema[None] = None
    versions: list[VersionDetail]


class ExampleInputs(_Shape):
    """What a version is proven with before it serves: inputs to try it on."""

    model: str
    version: str
    inputs: list[dict[str, Any]] = Field(description="A forecaster's have `values`, the others' a `text`.")


class LabelRequest(_Shape):
    """Where a label is moved to."""

    version: StrictStr = Field(max_length=_NAME_LENGTH, description="A version, or a label whose version is meant.")
    share: float = Field(
        0, ge=0, le=1, strict=True, description="Of the requests that name no version; `stable` serves the rest."
    )
    even_if_worse: StrictBool = Field(False, description="Whether `stable` may be a version that a baseline beats.")


class ShapeError(_Shape):
    """A part of the body that is not as it must be."""

    pointer: str = Field(description="JSON pointer, RFC 6901.")
    detail: str


class ProblemDetails(_Shape):
    """An error that concerns the whole request, RFC 9457."""

    type: str = Field(description="`urn:seqserve:problem:` and a word for programs.")
    title: str
    status: int
    detail: str
    errors: list[ShapeError] | SkipJsonSchema[None] = None


SHAPES: tuple[type[BaseModel], ...] = (
    Series,
    ForecastRequest,
    ForecastAnswer,
    SentimentRequest,
    SentimentAnswer,
    TranslationRequest,
    TranslationAnswer,
    ModelList,
    ModelDetail,
    ExampleInputs,
    LabelRequest,
    ProblemDetails,
)
