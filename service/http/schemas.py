"""The base of all shapes of requests and answers, and those that every task has, as OpenAPI shows them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StrictStr
from pydantic.json_schema import SkipJsonSchema

NAME_LENGTH = 64


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


Integer = Annotated[StrictInt, BeforeValidator(_whole)]
"""An integer as JSON Schema has it: 4.0 is one, `true` and "4" are not."""


Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A finite number."""


def _without_null_defaults(schema: dict[str, Any]) -> None:
    """Leave out defaults of null: they only say that a field is optional."""
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


class PredictionRequest(Shape):
    """Which model, for all items alike."""

    model: StrictStr | None = Field(None, max_length=NAME_LENGTH, description="None means the default model.")
    version: StrictStr | None = Field(
        None, max_length=NAME_LENGTH, description="A version or a label; none means `stable`."
    )


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
