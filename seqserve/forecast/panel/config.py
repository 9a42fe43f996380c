"""What a model of a panel needs to know beside its graphs."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

from seqserve.forecast.panel.inputs.calendar import CalendarName
from seqserve.forecast.panel.inputs.covariates import Covariate
from seqserve.forecast.panel.intervals import Intervals
from seqserve.forecast.panel.members import Member

Kind = Literal["classical", "linear", "network", "pretrained", "ensemble"]


class PanelConfig(BaseModel):
    """The `config.json` of a model of a panel."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: Kind
    window: PositiveInt = Field(le=20_000, description="Steps that it looks at, at most.")
    min_values: PositiveInt = Field(description="The fewest values of a series.")
    horizon: PositiveInt = Field(le=10_000, description="Steps that it forecasts.")
    target: str
    frequency: str | None = Field(description="Pandas offset alias of the training data.")
    periods: list[PositiveInt] = Field(min_length=1, max_length=2, description="The season, perhaps a longer one.")
    spread_floor: float = Field(ge=0, description="Smallest spread of a window, in the user's units.")
    members: list[Member] = Field(min_length=1)
    intervals: Intervals
    calendar: list[CalendarName] = []
    holidays: list[str] = Field(default=[], description="Dates that the training data and the years behind it have.")
    known: list[Covariate] = []
    past: list[Covariate] = []
    static: list[Covariate] = []
    lower: float | None = Field(default=None, description="No value is below it.")
    upper: float | None = Field(default=None, description="No value is above it.")
    whole: bool = Field(default=False, description="Values are whole numbers: bounds are too.")
    naive_scale: float | None = Field(description="Mean absolute error of the seasonal naive forecast.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(self.intervals.offsets) != self.horizon:
            raise ValueError("intervals need offsets for each step of the horizon")
        if abs(sum(member.weight for member in self.members) - 1) > 1e-6:
            raise ValueError("the weights of the members do not sum to 1")
        return self

    @property
    def season(self) -> int:
        return self.periods[0]

    @property
    def known_columns(self) -> int:
        """Of what is known ahead, holidays among it."""
        return sum(covariate.columns for covariate in self.known) + bool(self.holidays)
