from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import Field, ValidationError

from service.http.schemas import (
    NAME_LENGTH,
    Identifier,
    Integer,
    Number,
    Numbers,
    PredictionRequest,
    Shape,
    at_most,
    validated,
)


class Row(Shape):
    count: Integer = 1
    share: Number | None = None
    shares: Numbers = Field(default_factory=list)
    named: Annotated[dict[str, Number], at_most(3)] = Field(default_factory=dict)
    id: Identifier = None


@pytest.mark.parametrize("value", [4, 4.0, -1])
def test_a_number_without_a_fraction_is_an_integer(value: float) -> None:
    found = Row(count=value).count  # type: ignore[arg-type]
    assert (found, type(found)) == (int(value), int)


@pytest.mark.parametrize("value", [4.5, True, "4", None, float("inf"), float(2**53), 1e300])
def test_any_other_is_none(value: Any) -> None:
    with pytest.raises(ValidationError):
        Row(count=value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1", True])
def test_a_number_is_finite_and_no_text(value: Any) -> None:
    assert Row(share=1).share == 1.0
    with pytest.raises(ValidationError):
        Row(share=value)


def test_an_object_has_no_other_fields() -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Row.model_validate({"cuont": 1})


def test_a_default_of_null_is_not_described() -> None:
    fields = Row.model_json_schema()["properties"]
    assert fields["count"]["default"] == 1
    assert "default" not in fields["share"]


def test_a_name_has_a_length() -> None:
    assert PredictionRequest(model="a" * NAME_LENGTH).version is None
    with pytest.raises(ValidationError):
        PredictionRequest(model="a" * (NAME_LENGTH + 1))


@pytest.mark.parametrize("value", ["a", "", 3, -(2**63), 2**64 - 1, 4.0, None])
def test_an_id_is_a_text_or_an_integer(value: Any) -> None:
    assert Row(id=value).id == value


@pytest.mark.parametrize("value", [2.0**64, float(2**53), -1e30, 1.5, True, [1], {}])
def test_one_that_may_have_been_another_number_is_none(value: Any) -> None:
    with pytest.raises(ValidationError, match="64 bits"):
        Row(id=value)


@pytest.mark.parametrize(
    "content",
    [
        {f"field {number}": 1 for number in range(5_000)},
        {"shares": [""] * 5_000},
        {"named": dict.fromkeys(map(str, range(5_000)), "")},
        {"named": dict.fromkeys("abcd", 1.0)},
    ],
)
def test_a_body_that_is_wrong_thousands_of_times_has_few_errors(content: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        validated(Row, content)
    assert caught.value.error_count() == 1


def test_a_few_unknown_fields_are_told_each() -> None:
    with pytest.raises(ValidationError) as caught:
        validated(Row, {"a": 1, "b": 2})
    assert caught.value.error_count() == 2
    assert validated(Row, {"count": 2, "named": dict.fromkeys("abc", 1.0)}).count == 2
