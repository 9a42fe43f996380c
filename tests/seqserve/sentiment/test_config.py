from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from seqserve.sentiment.config import ClassifierConfig


def config(**changed: Any) -> ClassifierConfig:
    return ClassifierConfig.model_validate({"labels": ["a", "b"], "max_tokens": 2, "temperature": 0.5, **changed})


def test_earlier_versions_state_no_limit_of_characters() -> None:
    assert config().max_characters == 200_000


@pytest.mark.parametrize(
    "changed", [{"labels": ["a"]}, {"max_tokens": 1}, {"temperature": 0}, {"temperature": float("inf")}, {"other": 1}]
)
def test_what_cannot_be_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        config(**changed)
