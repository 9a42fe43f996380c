"""The shapes of POST /classify."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StrictBool
from pydantic.json_schema import SkipJsonSchema, WithJsonSchema

from service.http.schemas import Identifier, Integer, ItemError, PredictionRequest, Shape
from service.prediction_log.schemas import LoggedAs

_NUMBER = {"type": ["number", "null"]}
_VALUES = {
    "type": "array",
    "description": "The first step first: a list of D numbers a step, or one number a step if D is 1; null is a gap.",
    "items": {"anyOf": [_NUMBER, {"type": "array", "items": _NUMBER}]},
}


class NumberSequence(Shape):
    """A sequence to label, in the units of the training data."""

    values: Annotated[list[Any], WithJsonSchema(_VALUES)]
    id: Identifier = Field(None, description="Comes back with the result.")


class ClassifyRequest(PredictionRequest):
    """Sequences to label, all by the same model."""

    sequences: list[Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/NumberSequence"})]] = Field(
        min_length=1
    )
    top: Integer | None = Field(
        None, ge=1, description="Tell the probabilities of so many labels, the likeliest first; none means all."
    )
    explain: StrictBool = Field(False, description="Whether each result says which steps its label rests on.")


class StepRun(Shape):
    """A run of steps, and how much a label rests on it."""

    start: int = Field(description="The first step, from 0.")
    end: int = Field(description="The step behind the last.")
    importance: float = Field(
        description="By how much the log-odds of the label fall if the steps have the usual values of their features, "
        "the medians of the training part; below zero they speak against the label."
    )


class StepLabel(Shape):
    """The label of a step."""

    label: str
    probability: float
    probabilities: dict[str, float]


class SequenceResult(Shape):
    """A labelled sequence, or why it has no label: then only `id` and `error`."""

    id: str | int | None
    label: str | SkipJsonSchema[None] = None
    probability: float | SkipJsonSchema[None] = Field(None, description="The label's.")
    probabilities: dict[str, float] | SkipJsonSchema[None] = Field(
        None, description="Calibrated, by label; all of them sum to 1."
    )
    steps: list[StepLabel] | SkipJsonSchema[None] = Field(
        None, description="Of a model that labels each step: its labels, in place of one label."
    )
    log_odds: float | SkipJsonSchema[None] = Field(None, description="Of the label, with an explanation.")
    explanation: list[StepRun] | SkipJsonSchema[None] = Field(None, description="If asked for, in order of the steps.")
    warnings: list[str] | SkipJsonSchema[None] = Field(None, description="What was done to make the input usable.")
    prediction_id: LoggedAs = None
    error: ItemError | SkipJsonSchema[None] = None


class ClassifyAnswer(Shape):
    """One result for each sequence, in the order of the request."""

    model: str
    version: str
    results: list[SequenceResult]
