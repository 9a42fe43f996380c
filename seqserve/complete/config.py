"""The settings of a version that completes texts."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, PositiveInt


class CompleterConfig(BaseModel):
    """Args:
    units: of the LSTM.
    max_tokens: subwords of a text that are read; of a longer one the end.
    max_characters: of a text.
    languages: codes of those of the texts that it learned from.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    units: PositiveInt
    max_tokens: PositiveInt = 512
    max_characters: PositiveInt = 200_000
    languages: list[str] = []
