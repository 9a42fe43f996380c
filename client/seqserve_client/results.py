"""What the service answers for each item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


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


@dataclass(frozen=True)
class StepLabel:
    """The label of a step."""

    label: str
    probability: float
    probabilities: Mapping[str, float]


@dataclass(frozen=True)
class Classification:
    """A labelled sequence of numbers.

    Args:
        label, probability, probabilities: of the sequence; none of a model that labels each step.
        steps: the labels of such a model, one a step.
        explanation: if asked for, runs of steps with their `importance`.
    """

    label: str | None
    probability: float | None
    probabilities: Mapping[str, float]
    steps: list[StepLabel] | None
    explanation: Sequence[Mapping[str, Any]] | None
    id: str | int | None
    warnings: list[str]
    model: str
    version: str

    @classmethod
    def of(cls, found: Mapping[str, Any], model: str, version: str) -> Classification:
        steps = [StepLabel(**step) for step in found["steps"]] if "steps" in found else None
        label = found.get("label"), found.get("probability"), found.get("probabilities") or {}
        return cls(*label, steps, found.get("explanation"), found["id"], found["warnings"], model, version)


@dataclass(frozen=True)
class Entity:
    """A stretch of a text that names something.

    Args:
        start, end: in characters of the text as it was sent.
        score: the probability that it stands exactly there and has this label.
    """

    start: int
    end: int
    text: str
    label: str
    score: float


@dataclass(frozen=True)
class Tagged:
    """The entities of a text, in reading order.

    Args:
        masked: the text with `[label]` in place of what was to be masked, if anything was.
    """

    entities: list[Entity]
    masked: str | None
    warnings: list[str]
    model: str
    version: str

    @classmethod
    def of(cls, found: Mapping[str, Any], model: str, version: str) -> Tagged:
        entities = [Entity(**entity) for entity in found["entities"]]
        return cls(entities, found.get("masked"), found["warnings"], model, version)


@dataclass(frozen=True)
class Suggestion:
    """A word that a text may go on with.

    Args:
        text: what to append to the text.
        word: that then stands there, whole.
        score: its probability.
    """

    text: str
    word: str
    score: float


@dataclass(frozen=True)
class Continuation:
    """How a text may go on.

    Args:
        text: what to append to the text.
        finish: `end`, `stop` or `length`.
        score: mean log-probability of its tokens.
    """

    text: str
    finish: str
    tokens: int
    score: float


@dataclass(frozen=True)
class Completion:
    """What a text may be completed with: suggestions as one types, or continuations, whichever was asked for."""

    suggestions: list[Suggestion]
    continuations: list[Continuation]
    warnings: list[str]
    model: str
    version: str

    @classmethod
    def of(cls, found: Mapping[str, Any], model: str, version: str) -> Completion:
        words = [Suggestion(**word) for word in found.get("suggestions") or ()]
        texts = [Continuation(**text) for text in found.get("continuations") or ()]
        return cls(words, texts, found["warnings"], model, version)
