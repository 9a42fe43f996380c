"""What a translator needs beside its network and tokenizer."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class TranslatorConfig(BaseModel):
    """What a translator needs to know beside its network and tokenizer: `config.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    source: str = Field(min_length=1, max_length=64, description="Language that is read, a code such as en.")
    target: str = Field(min_length=1, max_length=64, description="Language that is written.")
    reversed: bool = Field(default=False, description="The network reads a sentence backwards.")
    lowercase: bool = Field(default=False, description="The network knows lower case only.")
    ending: bool = Field(default=False, description="The network knows only sentences with a mark at their end.")
    codes: bool = Field(default=False, description="The network knows no placeholders: it reads codes, and sees names.")
    readings: list[Annotated[str, Field(pattern=r"^[^{}]*\{\}[^{}]*$")]] = Field(
        default_factory=list,
        max_length=4,
        description="How a few words without a mark are read too, such as {}: with the words for {}; none by default.",
    )
    beam: int = Field(default=5, ge=1, description="Hypotheses that are followed where a query does not say.")
    max_beam: int = Field(default=10, ge=1, description="Hypotheses that may be followed.")
    length_penalty: float = Field(default=1.0, ge=0, description="How much longer hypotheses are favoured.")
    max_tokens: int = Field(default=128, ge=1, description="Of a sentence; a longer one is translated in parts.")
    whole_tokens: int | None = Field(
        default=None,
        ge=1,
        description="Of a sentence that is translated better whole than in parts, as was measured: networks drop words "
        "of longer ones; none, the default, if it was not measured.",
    )
    least_score: float | None = Field(
        default=None,
        le=0,
        description="Mean log-probability a token, below which a sentence has a warning: its translation is likely "
        "wrong; none, the default, if it was not measured, and then no sentence is warned of.",
    )
    max_characters: int = Field(default=10_000, ge=1, description="A longer text is refused.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.beam > self.max_beam:
            raise ValueError(f"beam {self.beam} is more than max_beam {self.max_beam}")
        return self
