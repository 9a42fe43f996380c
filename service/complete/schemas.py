"""The shapes of POST /complete."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema, WithJsonSchema

from seqserve.complete.query import MOST_COUNT, MOST_STOPS, MOST_TOKENS
from service.http.schemas import Integer, ItemError, Number, PredictionRequest, Shape
from service.prediction_log.schemas import LoggedAs

_STOP_LENGTH = 100


class CompletionRequest(PredictionRequest):
    """Texts to complete, all by the same model."""

    texts: list[Annotated[Any, WithJsonSchema({"type": "string"})]] = Field(min_length=1)
    mode: Literal["suggest", "continue"] = Field(
        "suggest", description="Words to go on with as one types, or a whole continuation."
    )
    count: Integer | None = Field(
        None, ge=1, le=MOST_COUNT, description="Suggestions, 3 if not told; or continuations, 1 if not told."
    )
    most_tokens: Integer = Field(24, ge=1, le=MOST_TOKENS, description="Subwords of a continuation.")
    temperature: Number = Field(0, ge=0, le=2, description="Of a continuation; 0 takes the likeliest subword.")
    top_p: Number = Field(
        1, gt=0, le=1, description="Only the likeliest subwords that together have this probability are drawn from."
    )
    seed: Integer | None = Field(
        None,
        ge=0,
        le=2**63 - 1,
        description="Of what is drawn: the same text, options and seed have the same continuations.",
    )
    stop: list[Annotated[str, Field(strict=True, min_length=1, max_length=_STOP_LENGTH)]] = Field(
        [], max_length=MOST_STOPS, description="Texts before which a continuation ends."
    )
    no_repeat: Integer = Field(
        4, ge=0, le=16, description="So many subwords in a row come only once in a text and its continuation; 0: any."
    )
    frequency_penalty: Number = Field(
        0, ge=-2, le=2, description="Taken from the log-probability of a subword for each time that it was chosen."
    )
    presence_penalty: Number = Field(0, ge=-2, le=2, description="Taken from it once, if it was chosen.")


class SuggestedWord(Shape):
    """A word that is offered."""

    text: str = Field(description="What to append to the text as it was sent, a space in front included.")
    word: str = Field(description="The word that then stands there, whole.")
    score: float = Field(description="Its probability, given what is typed.")


class ContinuedText(Shape):
    """How a text may go on."""

    text: str = Field(description="What to append to the text as it was sent.")
    finish: Literal["end", "stop", "length"] = Field(
        description="The text ends here, a stop text came, or it has as many subwords as were asked for."
    )
    tokens: int = Field(description="Subwords that were chosen.")
    score: float = Field(description="Mean log-probability of each.")


class CompletedText(Shape):
    """What a text may be completed with, or why there is nothing: then only `error`."""

    suggestions: list[SuggestedWord] | SkipJsonSchema[None] = Field(None, description="The likeliest first.")
    continuations: list[ContinuedText] | SkipJsonSchema[None] = Field(None, description="As they were drawn.")
    read: int | SkipJsonSchema[None] = Field(None, description="Subwords of the text that were read.")
    warnings: list[str] | SkipJsonSchema[None] = Field(None, description="What was done to make the input usable.")
    prediction_id: LoggedAs = None
    error: ItemError | SkipJsonSchema[None] = None


class CompletionAnswer(Shape):
    """One result for each text, in the order of the request."""

    model: str
    version: str
    results: list[CompletedText]
