"""Covariates as numbers: standardised, or a column for each category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.errors import InputError
from seqserve.forecast.covariates import numbers

_MOST_CATEGORIES = 50
_MOST_MISSING = 0.5
"""Share of what a model looks at that may be missing, as of the values themselves."""


class Covariate(BaseModel):
    """How a column is encoded."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    categories: list[str] | None = Field(default=None, description="Of texts; none for numbers.")
    mean: float = Field(default=0.0, description="Of numbers.")
    scale: float = Field(default=1.0, gt=0, description="Of numbers.")
    missing: float | None = Field(
        default=None, ge=0, le=1, description="Share of the training data that has none; null where it was not counted."
    )

    @classmethod
    def of_numbers(cls, name: str, values: Floats) -> Self:
        """Fitted to numbers (T,), NaN where there are none."""
        there = values[np.isfinite(values)]
        deviation = float(there.std()) if len(there) else 0.0
        mean = float(there.mean()) if len(there) else 0.0
        return cls(name=name, mean=mean, scale=deviation or 1.0, missing=_share(len(values) - len(there), len(values)))

    @classmethod
    def of_texts(cls, name: str, values: Sequence[str | None]) -> Self:
        """Fitted to texts.

        Raises:
            ValueError: too many differ to be categories.
        """
        categories = sorted({value for value in values if value is not None})
        if len(categories) > _MOST_CATEGORIES:
            raise ValueError(
                f"column {name} has {len(categories)} different texts, more than {_MOST_CATEGORIES}: no categories"
            )
        missing = _share(sum(value is None for value in values), len(values))
        return cls(name=name, categories=categories, missing=missing)

    @property
    def columns(self) -> int:
        return 1 if self.categories is None else len(self.categories)

    @property
    def may_be_missing(self) -> bool:
        """Whether to have no value is as usual as to have one, such as an event on most days."""
        if self.missing is None:  # versions that do not say so: a text that is missing is often no event
            return self.categories is not None
        return self.missing > _MOST_MISSING

    @property
    def stand_in(self) -> str:
        """What is taken for a missing value, for a warning."""
        return "its mean" if self.categories is None else "none of its categories"

    def gaps(self, values: Sequence[Any]) -> int:
        """How many values are missing, unless they usually are."""
        return 0 if self.may_be_missing else sum(map(_is_missing, values))

    def check_gaps(self, values: Sequence[Any], field: str, where: str) -> list[str]:
        """Check that enough of what the model looks at is there; returns a warning if some is missing.

        Args:
            values: only those that the model looks at.
            where: which steps these are, for the message.

        Raises:
            InputError: more than half is missing.
        """
        count = self.gaps(values)
        if count > _MOST_MISSING * len(values):
            message = f"{count} of {counted(len(values), 'value')} of {self.name} {where} are missing, more than half"
            raise InputError("too_many_gaps", f"{message}; send more of them", field)
        return [f"{counted(count, 'gap')} of {self.name} {where} taken for {self.stand_in}"] if count else []

    def encode(self, values: Sequence[Any], field: str) -> Floats:
        """Values (T,) as (T, columns); what is missing, or a category that was never seen, is 0.

        Raises:
            InputError: a text stands for a number.
        """
        if self.categories is None:
            scaled = (numbers(self.name, values, field) - self.mean) / self.scale
            return np.clip(np.where(np.isnan(scaled), 0.0, scaled), -20.0, 20.0)[:, np.newaxis]
        places = {category: place for place, category in enumerate(self.categories)}
        found = np.zeros((len(values), len(places)))
        for row, value in enumerate(values):
            place = places.get(_text(value))
            if place is not None:
                found[row, place] = 1.0
        return found

    def unseen(self, values: Sequence[Any]) -> list[str]:
        """Categories that the model does not know."""
        if self.categories is None:
            return []
        return sorted({_text(value) for value in values if not _is_missing(value)} - set(self.categories))


def _is_missing(value: Any) -> bool:
    return value is None or value != value  # NaN, as a table has it


def _share(count: int, of: int) -> float:
    return count / of if of else 1.0


def _text(value: Any) -> str:
    """A category as a table has it: 1 and 1.0 are one, true is as JSON writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def encoded(covariates: Sequence[Covariate], sent: Mapping[str, Sequence[Any]], field: str, steps: int) -> Floats:
    """Columns of several covariates side by side, (T, K)."""
    parts = [covariate.encode(sent[covariate.name], field) for covariate in covariates]
    return np.concatenate([np.zeros((steps, 0)), *parts], axis=1)
