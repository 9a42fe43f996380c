"""The base of all shapes of requests and answers, and those that every task has, as OpenAPI shows them."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StrictStr
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

Wanted = TypeVar("Wanted", bound=BaseModel)

NAME_LENGTH = 64
_UNKNOWN_TOLD = 20


_EXACT = 2**53
"""From here on not every integer is a double, and one that was parsed as a double may have been another."""


def is_whole(value: Any) -> bool:
    """Whether a number is a double that is exactly an integer."""
    return isinstance(value, float) and value.is_integer() and abs(value) < _EXACT


def _identifier(value: Any) -> Any:
    if type(value) not in (str, int, type(None)) and not is_whole(value):
        message = "an id is a text or an integer of at most 64 bits; send a longer number as a text"
        raise PydanticCustomError("id", message)
    return value


def _whole(value: Any) -> Any:
    return int(value) if is_whole(value) else value


Integer = Annotated[StrictInt, BeforeValidator(_whole)]
"""An integer as JSON Schema has it, of 64 bits: 4.0 is one, `true` and "4" are not."""


LongInteger = Annotated[Integer, Field(json_schema_extra={"minimum": -(2**63), "maximum": 2**63 - 1})]
"""One whose bounds are stated, as nothing else bounds it."""

Identifier = Annotated[StrictStr | LongInteger | None, BeforeValidator(_identifier)]
"""What a client calls an item."""


Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A finite number."""

Numbers = Annotated[list[Number], Field(fail_fast=True)]
"""Any number of them; only the first that is wrong is told, since each error takes a kilobyte."""


def _without_null_defaults(schema: dict[str, Any]) -> None:
    """Leave out defaults of null: they only say that a field is optional."""
    for field in schema.get("properties", {}).values():
        if field.get("default", ...) is None:
            del field["default"]


class Shape(BaseModel):
    """An object that has these fields and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_without_null_defaults)


def validated(shape: type[Wanted], content: Any) -> Wanted:
    """Content as the shape. Of far too many fields only the number is told, since each would be an error of its own.

    Raises:
        ValidationError: it is not so.
    """
    known = len(shape.model_fields)
    if isinstance(content, dict) and len(content) > known + _UNKNOWN_TOLD:
        error = InitErrorDetails(type=_too_many(content, known), input=None)
        raise ValidationError.from_exception_data(shape.__name__, [error])
    return shape.model_validate(content)


def at_most(count: int) -> BeforeValidator:
    """A bound for the fields of an object, looked at before any of them is validated."""

    def check(value: Any) -> Any:
        if isinstance(value, dict) and len(value) > count:
            raise _too_many(value, count)
        return value

    return BeforeValidator(check)


def _too_many(found: dict[Any, Any], most: int) -> PydanticCustomError:
    return PydanticCustomError("too_many_fields", f"{len(found)} fields, at most {most} are taken")


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
    error: str = Field(description="The same as `detail`, as `message` is: clients of other protocols read these.")
    message: str
    errors: list[ShapeError] | SkipJsonSchema[None] = None
