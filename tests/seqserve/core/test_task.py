from __future__ import annotations

import pytest

from seqserve.errors import InputError
from seqserve.sentiment.predictor import Classification
from seqserve.tasks import TASKS


@pytest.mark.parametrize("name", ["sentiment", "translation"])
def test_the_error_of_a_query_has_the_form_of_the_service(name: str) -> None:
    error = InputError("empty", "the text is empty", "text")
    expected = {"error": {"code": "empty", "message": "the text is empty", "field": "text"}}
    assert TASKS[name].command.result(error) == expected


def test_fields_without_a_value_are_left_out() -> None:
    answer = Classification("good", 0.9, {"good": 0.9, "bad": 0.1}, None, None, None, [])
    assert "explanation" not in TASKS["sentiment"].command.result(answer)
