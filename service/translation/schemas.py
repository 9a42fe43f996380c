"""The shapes of POST /translate."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StrictStr
from pydantic.json_schema import SkipJsonSchema, WithJsonSchema

from service.http.schemas import NAME_LENGTH, Integer, ItemError, PredictionRequest, Shape


class TranslationRequest(PredictionRequest):
    """Texts to translate, all by the same model: the one that is named, or else one of the pair of languages."""

    texts: list[Annotated[Any, WithJsonSchema({"type": "string"})]] = Field(min_length=1)
    source: StrictStr | None = Field(None, max_length=NAME_LENGTH, description="Language of the texts, such as en.")
    target: StrictStr | None = Field(None, max_length=NAME_LENGTH, description="Language to translate to.")
    alternatives: Integer = Field(0, ge=0, description="Other translations of each text that are wanted, at most.")
    beam: Integer | None = Field(
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
