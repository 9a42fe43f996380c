"""The shapes of POST /sentiment and POST /sentiment/feedback."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictStr
from pydantic.json_schema import SkipJsonSchema, WithJsonSchema

from service.http.schemas import ItemError, PredictionRequest, Shape
from service.prediction_log.schemas import LoggedAs, PredictionId


class SentimentRequest(PredictionRequest):
    """Texts to label, all by the same model."""

    texts: list[Annotated[Any, WithJsonSchema({"type": "string"})]] = Field(min_length=1)
    explain: StrictBool = Field(False, description="Whether each result says what its words contributed.")
    offsets: Literal["characters", "utf16"] = Field(
        "characters",
        description="What an explanation's `start` and `end` count: code points, or UTF-16 units as JavaScript does.",
    )


class Contribution(Shape):
    """A word of a text, or some words of a long one, and what it adds to the log-odds of a label.

    Of two labels that is the second, `positive` where the first is `negative`; of more it is the text's own. The base
    value and all contributions add up to its log-odds.
    """

    text: str
    start: int = Field(description="Where it begins in the text as it was sent, see `offsets`.")
    end: int
    contribution: float = Field(description="Above zero it speaks for that label, below against it.")


class Sentiment(Shape):
    """A labelled text, or why it has no label: then only `error`."""

    label: str | SkipJsonSchema[None] = None
    score: float | SkipJsonSchema[None] = Field(None, description="The label's.")
    scores: dict[str, float] | SkipJsonSchema[None] = Field(
        None, description="Probability by label; they sum to 1, unless a text may have several labels."
    )
    labels: list[str] | SkipJsonSchema[None] = Field(
        None, description="Of a model with several labels a text: those that the text has, none or more."
    )
    base_value: float | SkipJsonSchema[None] = Field(
        None, description="With an explanation: the log-odds of its label with all words hidden."
    )
    explanation: list[Contribution] | SkipJsonSchema[None] = Field(None, description="If asked for, in reading order.")
    warnings: list[str] | SkipJsonSchema[None] = Field(None, description="What was done to make the input usable.")
    prediction_id: LoggedAs = None
    error: ItemError | SkipJsonSchema[None] = None


class SentimentAnswer(Shape):
    """One result for each text, in the order of the request."""

    model: str
    version: str
    results: list[Sentiment]


class SentimentFeedback(Shape):
    """The right label of a text that was labelled; for a model with several labels a text, `labels`."""

    prediction_id: PredictionId
    label: StrictStr | None = None
    labels: Annotated[list[StrictStr], Field(max_length=1_000)] | None = None


class SentimentFeedbackRequest(Shape):
    """What was right; the last that is said of a text counts."""

    feedback: list[Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/SentimentFeedback"})]] = Field(
        min_length=1
    )
