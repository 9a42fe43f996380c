"""What a forecast is made of: classical forecasts, linear models, networks, each with a weight."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from seqserve.forecast.panel.inputs.features import LinearInputs
from seqserve.forecast.panel.inputs.network_inputs import NetworkInputs
from seqserve.forecast.panel.pretrained import Pretrained
from seqserve.forecast.panel.scaling import Transform


class Member(BaseModel):
    """One part of a forecast."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: Literal["classical", "linear", "network", "pretrained"]
    transform: Transform = Field(description="Of the values, before they are scaled.")
    weight: float = Field(ge=0, le=1)
    base: str | None = Field(default=None, description="The classical forecast that it is.")
    file: str | None = Field(default=None, description="Its ONNX graph.")
    inputs: LinearInputs | None = Field(default=None, description="The features of a linear model.")
    network: NetworkInputs | None = Field(default=None, description="What a network sees.")
    pretrained: Pretrained | None = Field(default=None, description="The forecaster of any series that it is.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        has = {
            "classical": self.base,
            "linear": self.inputs,
            "network": self.network,
            "pretrained": self.pretrained,
        }
        if has[self.kind] is None or sum(one is not None for one in has.values()) != 1:
            raise ValueError(f"a {self.kind} member has the fields of its kind, and of no other")
        if (self.kind == "classical") != (self.file is None):
            raise ValueError("a classical forecast has no file, every other member has a file")
        return self
