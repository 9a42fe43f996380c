"""What a universal forecaster needs to know beside its network."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Quantile = Annotated[float, Field(gt=0, lt=1)]


class Width(BaseModel):
    """How much wider quantiles are than the network states them.

    Args:
        season: steps in the season from which on it holds, up to the next one's.
        factor: of the distance of each quantile from the median.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    season: int = Field(ge=1)
    factor: float = Field(gt=0)


class UniversalConfig(BaseModel):
    """The `config.json` of a universal forecaster."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: Literal["universal"]
    quantiles: list[Quantile] = Field(min_length=3, description="That the network states, in ascending order.")
    horizon: int = Field(ge=1, description="Steps that it forecasts if nobody says how many.")
    max_horizon: int = Field(ge=1, description="Steps that it forecasts at most.")
    widths: list[Width] = Field(default=[], description="By season, ascending; what is below the first has 1.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if sorted(set(self.quantiles)) != self.quantiles or 0.5 not in self.quantiles:
            raise ValueError("quantiles ascend, and 0.5 is one of them")
        if self.max_horizon < self.horizon:
            raise ValueError("max_horizon is less than the horizon")
        begins = [width.season for width in self.widths]
        if sorted(set(begins)) != begins:
            raise ValueError("the seasons of widths ascend")
        return self

    def width(self, season: int) -> float:
        """The factor that holds for a season."""
        return next((width.factor for width in reversed(self.widths) if season >= width.season), 1.0)
