"""What a forecaster needs to know beside its network and scaler."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, StringConstraints, model_validator

Level = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]?$")]
"""A whole number of percent, as JSON has it for a key."""


class ForecastConfig(BaseModel):
    """The `config.json` of the kind `window`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: Literal["window"] = "window"
    window: int = Field(ge=1, description="Steps that the network sees.")
    horizon: int = Field(ge=1, description="Steps that the network forecasts at once.")
    max_horizon: int = Field(ge=1, description="Steps that it forecasts recursively at most.")
    features: list[str] = Field(min_length=1)
    target: str = Field(description="The feature that is forecast.")
    residual: bool = Field(description="The network forecasts the difference from the window's last value.")
    frequency: str | None = Field(description="Pandas offset alias of the training data, for information.")
    season: int = Field(ge=1, description="Steps in a season of the training data; 1 is none.")
    naive_scale: float = Field(description="Mean absolute error of the seasonal naive forecast on the training part.")
    spread_floor: float = Field(ge=0, description="Smallest spread of a window that intervals are scaled with.")
    quantiles: dict[Level, list[NonNegativeFloat]] = Field(
        description="Level to half the interval's width, a number a step, in spreads."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.target not in self.features:
            raise ValueError("the target is none of the features")
        if self.max_horizon < self.horizon:
            raise ValueError("max_horizon is less than the horizon")
        if len(self.features) > 1 and self.max_horizon > self.horizon:
            raise ValueError("several features cannot be forecast recursively: only the target is known ahead")
        if any(len(steps) != self.max_horizon for steps in self.quantiles.values()):
            raise ValueError("quantiles need a number for each step up to max_horizon")
        return self

    @property
    def levels(self) -> list[int]:
        """The levels, in percent, that intervals can have."""
        return sorted(map(int, self.quantiles))
