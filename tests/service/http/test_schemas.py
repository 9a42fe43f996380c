from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from service.http.schemas import NAME_LENGTH, Integer, Number, PredictionRequest, Shape


class Row(Shape):
    count: Integer = 1
    share: Number | None = None


@pytest.mark.parametrize("value", [4, 4.0, -1])
def test_a_number_without_a_fraction_is_an_integer(value: float) -> None:
    found = Row(count=value).count  # type: ignore[arg-type]
    assert (found, type(found)) == (int(value), int)


@pytest.mark.parametrize("value", [4.5, True, "4", None, float("inf")])
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
