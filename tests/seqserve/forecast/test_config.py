from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from seqserve.forecast.config import ForecastConfig


def config(**changed: Any) -> ForecastConfig:
    usual = {
        "window": 8,
        "horizon": 2,
        "max_horizon": 3,
        "features": ["value"],
        "target": "value",
        "residual": True,
        "frequency": None,
        "season": 1,
        "naive_scale": 1.0,
        "spread_floor": 0.1,
        "quantiles": {"95": [3, 3, 3], "9": [1, 1, 1], "80": [2, 2, 2]},
    }
    return ForecastConfig.model_validate({**usual, **changed})


def test_levels_are_numbers_in_order() -> None:
    assert config().levels == [9, 80, 95]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"target": "other"}, "the target is none of the features"),
        ({"max_horizon": 1}, "max_horizon is less than the horizon"),
        ({"features": ["value", "other"]}, "cannot be forecast recursively"),
        ({"quantiles": {"80": [1, 1]}}, "a number for each step"),
        ({"quantiles": {"80": [1, 1, -1]}}, "greater than or equal to 0"),
        ({"quantiles": {"100": [1, 1, 1]}}, "should match pattern"),
        ({"naive_scale": float("nan")}, "finite number"),
        ({"windows": 8}, "Extra inputs"),
    ],
)
def test_what_does_not_fit_together_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        config(**changed)
