"""The settings of a version that completes texts."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, PositiveInt


class CompleterConfig(BaseModel):
    """Args:
    units: of the LSTM.
    max_tokens: subwords of a text that are read; of a longer one the end.
    max_characters: of a text.
    share: of the network, where an n-gram model stands beside it.
    languages: codes of those of the texts that it learned from.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    units: PositiveInt
    max_tokens: PositiveInt = 512
    max_characters: PositiveInt = 200_000
    share: float = Field(default=1.0, gt=0, le=1)
    languages: list[str] = []
