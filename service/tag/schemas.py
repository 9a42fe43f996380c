"""The shapes of POST /tag."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StrictStr
from pydantic.json_schema import SkipJsonSchema, WithJsonSchema

from service.http.schemas import NAME_LENGTH, ItemError, PredictionRequest, Shape
from service.prediction_log.schemas import LoggedAs

_MOST_KINDS = 64


class TagRequest(PredictionRequest):
    """Texts to find entities in, all by the same model."""

    texts: list[Annotated[Any, WithJsonSchema({"type": "string"})]] = Field(min_length=1)
    mask: list[Annotated[StrictStr, Field(max_length=NAME_LENGTH)]] = Field(
        default=[],
        max_length=_MOST_KINDS,
        description="What is replaced in the text: labels of the model, and `email`, `url`, `iban`, `card`, `phone`, "
        "`handle`, which follow a rule.",
    )
    offsets: Literal["characters", "utf16"] = Field(
        "characters", description="What `start` and `end` count: code points, or UTF-16 units as JavaScript does."
    )


class TaggedEntity(Shape):
    """A stretch of a text that names something."""

    start: int = Field(description="Where it begins in the text as it was sent, see `offsets`.")
    end: int = Field(description="Behind its last character.")
    text: str
    label: str
    score: float = Field(description="The probability that it stands exactly there and has this label.")


class Replaced(Shape):
    """A stretch of a text that was replaced by `[label]`."""

    start: int = Field(description="In the text as it was sent, see `offsets`.")
    end: int
    label: str


class TagResult(Shape):
    """The entities of a text, or why there are none: then only `error`."""

    entities: list[TaggedEntity] | SkipJsonSchema[None] = Field(None, description="In reading order; none overlap.")
    masked: str | SkipJsonSchema[None] = Field(None, description="With `mask`: the text with its replacements.")
    replaced: list[Replaced] | SkipJsonSchema[None] = Field(None, description="With `mask`: what was replaced.")
    warnings: list[str] | SkipJsonSchema[None] = Field(None, description="What to know of the answer.")
    prediction_id: LoggedAs = None
    error: ItemError | SkipJsonSchema[None] = None


class TagAnswer(Shape):
    """One result for each text, in the order of the request."""

    model: str
    version: str
    tags: list[TagResult]
