from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from seqserve.translation.config import TranslatorConfig


def config(**changed: Any) -> TranslatorConfig:
    return TranslatorConfig.model_validate({"source": "en", "target": "fr", **changed})


def test_the_usual_beam_is_one_that_may_be_asked_for() -> None:
    assert config().beam <= config().max_beam
    assert config(beam=3, max_beam=3).beam == 3
    with pytest.raises(ValidationError, match="beam 4 is more than max_beam 3"):
        config(beam=4, max_beam=3)


@pytest.mark.parametrize(
    "changed", [{"source": ""}, {"target": "x" * 65}, {"beam": 0}, {"length_penalty": -1}, {"other": 1}]
)
def test_what_cannot_be_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        config(**changed)
