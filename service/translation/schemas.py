"""The shapes of POST /translate and POST /translate/feedback."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictStr
from pydantic.json_schema import SkipJsonSchema, WithJsonSchema

from seqserve.translation.formality import Register
from service.http.schemas import NAME_LENGTH, Integer, ItemError, PredictionRequest, Shape
from service.prediction_log.schemas import LoggedAs, PredictionId

MOST_TERMS = 500
_Term = Annotated[str, Field(strict=True, min_length=1, max_length=100, pattern=r"\S")]


class TranslationRequest(PredictionRequest):
    """Texts to translate, all by the same model: the one that is named, or else one of the pair of languages."""

    texts: list[Annotated[Any, WithJsonSchema({"type": "string"})]] = Field(min_length=1)
    source: StrictStr | None = Field(
        None, max_length=NAME_LENGTH, description="Language of the texts, such as en, or auto."
    )
    target: StrictStr | None = Field(None, max_length=NAME_LENGTH, description="Language to translate to.")
    format: Literal["text", "html"] = Field(
        "text", description="HTML keeps its tags; what stands between is translated."
    )
    glossary: dict[_Term, _Term] = Field(
        default_factory=dict, max_length=MOST_TERMS, description="Terms of the source language, and their renderings."
    )
    formality: Register | None = Field(
        None, description="How 'you' is said, where the model's language is one in which it is chosen."
    )
    alternatives: Integer = Field(0, ge=0, description="Other translations of each text that are wanted, at most.")
    beam: Integer | None = Field(
        None, ge=1, description="Hypotheses to follow, at least: more are slower, and seldom better."
    )


class Detected(Shape):
    """The language that a text was found to be in."""

    language: str
    score: float = Field(description="Its probability.")


class Translation(Shape):
    """A translated text, or why there is no translation: then only `error`."""

    text: str | SkipJsonSchema[None] = None
    score: float | SkipJsonSchema[None] = Field(None, description="Mean log-probability a token.")
    alternatives: list[str] | SkipJsonSchema[None] = Field(None, description="The likeliest first.")
    warnings: list[str] | SkipJsonSchema[None] = Field(None, description="What was done to make the input usable.")
    doubtful: list[int] | SkipJsonSchema[None] = Field(
        None, description="Sentences, counted from 1, whose translations are likely wrong; warnings say so too."
    )
    detected: Detected | SkipJsonSchema[None] = Field(None, description="If the source is `auto`.")
    model: str | SkipJsonSchema[None] = Field(None, description="Of a text that another model has answered.")
    version: str | SkipJsonSchema[None] = None
    prediction_id: LoggedAs = None
    error: ItemError | SkipJsonSchema[None] = None


class TranslationAnswer(Shape):
    """One translation for each text, in the order of the request."""

    model: str
    version: str
    translations: list[Translation]


class TranslationFeedback(Shape):
    """What is said of a translation.

    With `text` alone it was good if it is that text, blanks aside.
    """

    prediction_id: PredictionId
    text: StrictStr | None = Field(None, description="The right translation.")
    good: StrictBool | None = None


class TranslationFeedbackRequest(Shape):
    """What is said of translations; the last that is said of one counts."""

    feedback: list[Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/TranslationFeedback"})]] = Field(
        min_length=1
    )
