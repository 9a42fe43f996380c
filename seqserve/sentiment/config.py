"""What a classifier needs beside its network and tokenizer."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class ClassifierConfig(BaseModel):
    """What a classifier needs to know beside its network and tokenizer: `config.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    labels: list[str] = Field(min_length=2, description="The classes, in the order of the network's outputs.")
    languages: list[str] = Field(default=[], description="Codes of the languages it knows; none: nobody said.")
    max_tokens: int = Field(ge=2, description="Tokens that the network sees; a longer text keeps head and tail.")
    max_characters: int = Field(default=200_000, ge=1, description="A longer text is refused.")
    temperature: float = Field(gt=0, description="Divides the outputs, so that scores are probabilities.")
    thresholds: dict[str, float] = Field(
        default={}, description="If a text may have several labels: the score from which on it has each of them."
    )

    @model_validator(mode="after")
    def _has_every_threshold(self) -> Self:
        if self.thresholds and list(self.thresholds) != self.labels:
            raise ValueError("thresholds must name every label, in the order of the labels")
        return self
