from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from seqserve.tag.config import TaggerConfig


def config(**changed: Any) -> TaggerConfig:
    return TaggerConfig(
        **({"labels": ["person"], "start": [0] * 3, "transitions": [[0] * 3] * 3, "end": [0] * 3} | changed)
    )


def test_what_is_not_allowed_has_no_score() -> None:
    start, following, _ = config().transition_scores()
    assert start[2] < -1e3  # I-person begins no text
    assert following[0, 2] < -1e3  # and stands behind no O
    assert following[1, 2] == 0


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"start": [0, 0]}, "must have 3 scores"),
        (
            {"labels": ["person", "person"], "start": [0] * 5, "transitions": [[0] * 5] * 5, "end": [0] * 5},
            "listed twice",
        ),
        ({"labels": ["email"]}, "a rule finds"),
    ],
)
def test_what_does_not_fit_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        config(**changed)
