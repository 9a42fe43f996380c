"""What a classifier of sequences needs beside its network."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator


class ClassifyConfig(BaseModel):
    """What a classifier of sequences needs to know beside its network: `config.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    labels: list[str] = Field(min_length=2, description="The classes, in the order of the network's outputs.")
    features: list[str] = Field(min_length=1, description="The names of the D numbers of a step.")
    per_step: bool = Field(default=False, description="Whether each step has a label, and not the whole sequence.")
    steps: PositiveInt | None = Field(default=None, description="Steps that every sequence has; none: any number.")
    max_steps: PositiveInt = Field(description="A longer sequence is refused.")
    seen_steps: tuple[PositiveInt, PositiveInt] = Field(description="The shortest and longest it was trained on.")
    mean: list[float] = Field(description="Of each feature: what is subtracted.")
    scale: list[float] = Field(description="Of each feature: what it is divided by then.")
    low: list[float] = Field(description="Of each feature: the least it was trained on.")
    high: list[float] = Field(description="Of each feature: the largest.")
    usual: list[float] = Field(description="Of each feature: its median, which hides a step in explanations.")
    bias: list[float] = Field(description="Of each label: what is added to its output; it undoes class weights.")
    temperature: float = Field(gt=0, description="Divides the outputs then, so that they are probabilities.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for name in ("mean", "scale", "low", "high", "usual"):
            if len(getattr(self, name)) != len(self.features):
                raise ValueError(f"{name} must have a number for each of {len(self.features)} features")
        if len(self.bias) != len(self.labels):
            raise ValueError("bias must have a number for each label")
        if not all(scale > 0 for scale in self.scale):
            raise ValueError("a scale must be above 0")
        if self.steps is not None and self.max_steps != self.steps:
            raise ValueError("max_steps must be steps, where every sequence has as many")
        return self
