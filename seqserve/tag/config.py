"""What a tagger needs beside its network and vocabulary."""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from seqserve.tag.decoding import Transitions, bounded, tags_of
from seqserve.tag.regular import KINDS


class TaggerConfig(BaseModel):
    """What a tagger needs to know beside its network and vocabulary: `config.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    labels: list[str] = Field(min_length=1, description="Of entities; the network scores O, then B and I of each.")
    languages: list[str] = Field(default=[], description="Codes of the languages it knows; none: nobody said.")
    max_words: int = Field(default=100, ge=2, description="Words that are read together; a longer text is cut.")
    max_characters: int = Field(default=200_000, ge=1, description="A longer text is refused.")
    temperature: float = Field(default=1, gt=0, description="Divides all scores, so that entities' are probabilities.")
    start: list[float] = Field(description="Scores of the tag of a first word (K,).")
    transitions: list[list[float]] = Field(description="Scores of a tag behind another (K, K).")
    end: list[float] = Field(description="Scores of the tag of a last word (K,).")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        count = 2 * len(self.labels) + 1
        if not {len(self.start), len(self.end), len(self.transitions), *map(len, self.transitions)} == {count}:
            raise ValueError(f"start, transitions and end must have {count} scores, for O and two tags of each label")
        if len(set(self.labels)) < len(self.labels) or not all(self.labels):
            raise ValueError("a label is empty or listed twice")
        if taken := set(self.labels) & set(KINDS):
            raise ValueError(f"the label {min(taken)} is also what a rule finds; give it another name")
        return self

    def transition_scores(self) -> Transitions:
        """The scores of tags behind one another, without those that are not allowed."""
        scores = Transitions(*(np.array(values) for values in (self.start, self.transitions, self.end)))
        return bounded(tags_of(self.labels), scores)
