"""What a classifier needs beside its network and tokenizer."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ClassifierConfig(BaseModel):
    """What a classifier needs to know beside its network and tokenizer: `config.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    labels: list[str] = Field(min_length=2, description="The classes, in the order of the network's outputs.")
    max_tokens: int = Field(ge=2, description="Tokens that the network sees; a longer text keeps head and tail.")
    max_characters: int = Field(default=200_000, ge=1, description="A longer text is refused.")
    temperature: float = Field(gt=0, description="Divides the outputs, so that scores are probabilities.")
