"""What the service answers for each item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

Result = TypeVar("Result", bound="Forecast | Sentiment | Translation")


@dataclass(frozen=True)
class ItemError:
    """Why one item has no result.

    Args:
        code: for programs, such as `too_short`.
        message: what was wrong, what was expected, what to do.
        field: the part of the item at fault, if one is.
    """

    code: str
    message: str
    field: str | None = None


@dataclass(frozen=True)
class Interval:
    """Lower and upper bound of each of H steps."""

    lower: list[float]
    upper: list[float]


@dataclass(frozen=True)
class Forecast:
    """The next H steps of a series, in its units.

    Args:
        intervals: by level, in percent.
        quantiles: by quantile, if any were asked for.
        timestamps: of the steps, if it was said where in time the series lies.
        warnings: what was done to make the input usable.
        model, version: what answered.
    """

    mean: list[float]
    intervals: Mapping[int, Interval]
    quantiles: Mapping[float, list[float]]
    timestamps: list[str] | None
    id: str | int | None
    warnings: list[str]
    model: str
    version: str

    @classmethod
    def of(cls, found: Mapping[str, Any], model: str, version: str) -> Forecast:
        intervals = {int(level): Interval(**bounds) for level, bounds in found["intervals"].items()}
        quantiles = {float(quantile): values for quantile, values in (found.get("quantiles") or {}).items()}
        dates, id, warnings = found.get("timestamps"), found.get("id"), found["warnings"]
        return cls(found["mean"], intervals, quantiles, dates, id, warnings, model, version)


@dataclass(frozen=True)
class Sentiment:
    """A labelled text.

    Args:
        score: the label's.
        scores: the probability of each label.
        explanation: if asked for, parts of the text with their `contribution`, in reading order.
    """

    label: str
    score: float
    scores: Mapping[str, float]
    explanation: Sequence[Mapping[str, Any]] | None
    warnings: list[str]
    model: str
    version: str

    @classmethod
    def of(cls, found: Mapping[str, Any], model: str, version: str) -> Sentiment:
        told = found["label"], found["score"], found["scores"], found.get("explanation"), found["warnings"]
        return cls(*told, model, version)


@dataclass(frozen=True)
class Translation:
    """A translated text.

    Args:
        score: mean log-probability a token.
        language: that the text was found to be in, if the source is `auto`.
    """

    text: str
    score: float
    alternatives: list[str] = field(default_factory=list)
    language: str | None = None
    warnings: list[str] = field(default_factory=list)
    model: str = ""
    version: str = ""

    @classmethod
    def of(cls, found: Mapping[str, Any], model: str, version: str) -> Translation:
        language = found["detected"]["language"] if "detected" in found else None
        own = found.get("model", model), found.get("version", version)
        return cls(found["text"], found["score"], found["alternatives"], language, found["warnings"], *own)
